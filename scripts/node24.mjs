// Runs a command on Node 24, taken from the registry: the packages support Node 20 and all that follows.

import { spawnSync } from 'node:child_process';

const platform = process.platform === 'win32' ? 'win' : process.platform;
const result = spawnSync(
  'npx',
  ['--yes', '-p', `node-${platform}-${process.arch}@24.21.0`, 'node', ...process.argv.slice(2)],
  { stdio: 'inherit', shell: process.platform === 'win32' },
);
process.exit(result.status ?? 1);
