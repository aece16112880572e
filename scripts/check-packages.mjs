// What a user gets: every package is packed and installed outside the workspace, where the first example of its
// README must compile as a strict consumer's code and run. A package that is a command must start, and work with the
// plugin of the examples, which is packed and installed too, and with one that it has begun itself.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failureOf, pack, packAll } from './pack.mjs';
import { triesPlugins } from './try-plugins.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

/** @typedef {import('./pack.mjs').PackedPackage} PackedPackage */

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');
const RESOLUTIONS = /** @type {const} */ ([
  ['nodenext', 'nodenext'],
  ['esnext', 'bundler'],
]);

const consumer = mkdtempSync(join(tmpdir(), 'nabla-consumer-'));
try {
  process.exitCode = (await check()) ? 0 : 1;
} finally {
  rmSync(consumer, { recursive: true, force: true });
}

/** @returns {Promise<boolean>} */
async function check() {
  const packages = await packAll(consumer);
  const example = workspacePackages().filter(({ id }) => id === 'examples/plugin');
  const plugins = await Promise.all(example.map((entry) => pack(entry, consumer)));
  const installed = await install([...packages, ...plugins]);
  if (installed !== undefined) {
    console.error(`packages: the tarballs do not install\n${installed}`);
    return false;
  }
  let failures = 0;
  for (const entry of packages) {
    const failure = 'bin' in entry.manifest ? await startsAsCommand(entry) : await runsItsExample(entry);
    console.log(`${failure === undefined ? 'ok    ' : 'FAILED'} ${entry.manifest.name}`);
    if (failure !== undefined) {
      failures++;
      console.error(failure.replace(/^/gm, '       '));
    }
  }
  console.log(`packages: ${packages.length - failures} of ${packages.length} work as installed`);
  const problem = await triesPlugins(consumer, TSC);
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} plugins, installed and begun`);
  if (problem !== undefined) console.error(problem.replace(/^/gm, '       '));
  return failures === 0 && problem === undefined;
}

/** @param {PackedPackage[]} packages */
function install(packages) {
  const tarballs = Object.fromEntries(packages.map(({ manifest, tarball }) => [manifest.name, `file:${tarball}`]));
  const manifest = { name: 'consumer', private: true, type: 'module', dependencies: tarballs };
  writeFileSync(join(consumer, 'package.json'), JSON.stringify(manifest));
  // The install script of onnxruntime-node would look for GPU providers beyond the registry.
  process.env['ONNXRUNTIME_NODE_INSTALL'] = 'skip';
  return failureOf('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], consumer);
}

/** @param {PackedPackage} entry */
function startsAsCommand({ manifest }) {
  const [name] = Object.keys(/** @type {{ bin: Record<string, string> }} */ (/** @type {unknown} */ (manifest)).bin);
  return failureOf(join(consumer, 'node_modules/.bin', String(name)), ['--version'], consumer);
}

/** @param {PackedPackage} entry */
async function runsItsExample({ id, dir }) {
  const readme = join(dir, 'README.md');
  if (!existsSync(readme)) return `${id} has no README.md`;
  const example = /^```ts\n(.*?)^```/ms.exec(readFileSync(readme, 'utf8'))?.[1];
  if (example === undefined) return `${id}/README.md has no \`\`\`ts example`;

  const folder = join(consumer, id.replace('/', '-'));
  mkdirSync(folder);
  writeFileSync(join(folder, 'example.ts'), example);
  for (const [module, moduleResolution] of RESOLUTIONS) {
    const failure = await compiles(folder, module, moduleResolution);
    if (failure !== undefined) return `under moduleResolution ${moduleResolution}:\n${failure}`;
  }
  return failureOf(process.execPath, [join(folder, 'example.js')], consumer);
}

/** @param {string} folder @param {string} module @param {string} moduleResolution */
function compiles(folder, module, moduleResolution) {
  const compilerOptions = { target: 'es2022', module, moduleResolution, strict: true, skipLibCheck: false, types: [] };
  const config = join(folder, `tsconfig.${moduleResolution}.json`);
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ['example.ts'] }));
  return failureOf(process.execPath, [TSC, '-p', config], folder);
}
