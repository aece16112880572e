// Where a plugin lies: a file, the folder of a package, or a package that is installed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '@nablajs/tensor';

interface Manifest {
  readonly name?: string;
  readonly exports?: unknown;
  readonly main?: string;
}

/** What an importing Node goes by. */
const CONDITIONS: readonly string[] = ['node', 'import', 'module-sync', 'default'];

/**
 * The module of a plugin. Packages are looked for as Node looks for them, from the working folder, then from the command.
 * @param typed `acme`, `@acme/nabla/extras`, `./plugin.mjs`, or the folder of a package
 * @throws ConfigError naming how to install the package, or what is missing in it
 */
export function locatePlugin(typed: string): string {
  if (!isPath(typed)) return inPackage(typed);
  const path = resolve(typed);
  if (!existsSync(path)) throw new ConfigError(`--plugin ${typed}: there is no such file or folder.`);
  return statSync(path).isDirectory() ? entryOf(typed, path, '.') : path;
}

function isPath(typed: string): boolean {
  return /^\.{0,2}[/\\]|^\.{1,2}$|\.[cm]?[jt]s$/.test(typed) || isAbsolute(typed);
}

function inPackage(typed: string): string {
  const [name, subpath] = split(typed);
  for (const start of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, 'node_modules', name);
      if (existsSync(join(candidate, 'package.json'))) return entryOf(typed, candidate, subpath);
      if (folder === dirname(folder)) break;
    }
  }
  throw new ConfigError(
    `the plugin ${name} is not installed. Install it beside the command, in the same way as the command (-g or not): ` +
      `\`npm install ${name}\`. A file or a folder is written as a path: --plugin ./${typed}.`,
  );
}

/** `@acme/nabla/extras` → `@acme/nabla`, `./extras`. */
function split(typed: string): readonly [name: string, subpath: string] {
  const parts = typed.split('/');
  const count = typed.startsWith('@') ? 2 : 1;
  return [parts.slice(0, count).join('/'), ['.', ...parts.slice(count)].join('/')];
}

/** The module that a package gives to who imports it. */
function entryOf(typed: string, folder: string, subpath: string): string {
  const manifest = manifestOf(typed, folder);
  const target = manifest.exports === undefined ? plainTarget(manifest, subpath) : exported(manifest.exports, subpath);
  if (target === undefined) {
    throw new ConfigError(`--plugin ${typed}: the package exports no ${subpath === '.' ? 'main module' : subpath}.`);
  }
  const path = join(folder, target);
  if (existsSync(path)) return path;
  throw new ConfigError(
    `--plugin ${typed}: the package has no ${target}, which its package.json names. Build it first, with npm run build.`,
  );
}

function manifestOf(typed: string, folder: string): Manifest {
  const file = join(folder, 'package.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (cause) {
    throw new ConfigError(`--plugin ${typed}: ${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}

function plainTarget({ main = './index.js' }: Manifest, subpath: string): string {
  return subpath === '.' ? main : subpath;
}

function exported(exports: unknown, subpath: string): string | undefined {
  const isMap = isObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  if (!isMap) return subpath === '.' ? chosen(exports) : undefined;
  return chosen((exports as Record<string, unknown>)[subpath]);
}

/** The target of the first condition that holds. */
function chosen(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isObject(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = CONDITIONS.includes(condition) ? chosen(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
