// Plugins as users have them: the example installed beside the command, and a new one, compiled against what is published.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureOf } from './pack.mjs';

const TABLE = ['x,y', ...Array.from({ length: 40 }, (_, i) => `${i},${Math.sin(i / 4).toFixed(4)}`)].join('\n');

const MODEL = `import { Snake } from 'acme';
export default ({ nabla: { Dense, Input, Sequential }, inputShape, outputs }) =>
  new Sequential([Input({ shape: inputShape }), new Dense(8), new Snake(), new Dense(outputs)]);
`;

/**
 * Trains with everything the example brings, tests what was saved, and begins a plugin, which must compile and load.
 * @param {string} consumer a folder where the packages and the example are installed
 * @param {string} tsc
 * @returns {Promise<string | undefined>} what failed
 */
export async function triesPlugins(consumer, tsc) {
  writeFileSync(join(consumer, 'waves.csv'), TABLE);
  writeFileSync(join(consumer, 'waves.mjs'), MODEL);
  const nabla = join(consumer, 'node_modules/.bin/nabla');
  const acme = ['--plugin', 'acme', '--backend', 'acme', '--quiet'];
  const table = ['--data', 'waves.csv', '--target', 'y', '--epochs', '2', '--out', 'waves'];
  const steps = [
    [nabla, 'train', ...table, '--model', 'waves.mjs', '--optimizer', 'acme/Signum', ...acme],
    [nabla, 'evaluate', 'waves/model.safetensors', 'waves.csv', ...acme],
    [nabla, 'new', 'plugin', 'begun'],
    [process.execPath, tsc, '-p', 'begun'],
    [nabla, 'summary', 'cnn', '--plugin', './begun'],
  ];
  for (const [command, ...args] of steps) {
    const failure = await failureOf(/** @type {string} */ (command), args, consumer);
    if (failure !== undefined) return `${args.join(' ')}\n${failure}`;
  }
  return undefined;
}
