// Where the library of ONNX Runtime lies.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MissingPart } from './missing.ts';

/** File names of the library: `libonnxruntime.so.1`, `libonnxruntime.1.29.0.dylib`, `onnxruntime.dll`. */
const NAME = /^(lib)?onnxruntime(\.\d+)*\.(so(\.\d+)*|dylib|dll)$/;

/** The version that is installed with this package, and that CUDA providers are published for. */
export const WANTED = '1.29.0';

/** What {@link findLibrary} looks at; tests pass their own. */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  /** Modules from whose place `onnxruntime-node` is looked up. */
  readonly from: readonly string[];
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    from: [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href],
  };
}

/**
 * The path of the library: the given file, the one in the given directory, or the one that onnxruntime-node brings.
 * @throws BackendUnavailableError saying where it was looked for
 */
export function findLibrary(given: string | undefined, machine: Machine = thisMachine()): string {
  if (given !== undefined) return inGiven(resolve(given));
  const looked: string[] = [];
  for (const from of machine.from) {
    const folder = packageFolder('onnxruntime-node', from);
    if (folder === undefined) {
      looked.push(`onnxruntime-node, from ${dirname(fileURLToPath(from))}: not installed`);
      continue;
    }
    const place = libraryFolder(folder, machine);
    const library = place === undefined ? undefined : libraryIn(place);
    if (library !== undefined) return library;
    looked.push(`${folder}: no library for ${machine.platform} ${machine.arch}`);
  }
  throw new MissingPart(
    `no ONNX Runtime library was found. Looked for\n${looked.map((line) => `  - ${line}\n`).join('')}`,
    `Install it with \`npm install --ignore-scripts onnxruntime-node@${WANTED}\` (its install script only downloads GPU ` +
      'providers), or pass onnxruntime({ library }) with the path of libonnxruntime.',
  );
}

function inGiven(path: string): string {
  if (!existsSync(path)) {
    throw new MissingPart(`library ${path} does not exist.`, 'Pass the path of libonnxruntime.');
  }
  if (!statSync(path).isDirectory()) return path;
  const found = libraryIn(path);
  if (found !== undefined) return found;
  throw new MissingPart(
    `the directory ${path} holds no ONNX Runtime library (libonnxruntime.so, .dylib or onnxruntime.dll).`,
    'Pass the path of the file itself.',
  );
}

/** The folder of an npm package as seen from a module: in the nearest `node_modules` above it that has the package. */
export function packageFolder(name: string, from: string): string | undefined {
  for (let at = dirname(fileURLToPath(from)); ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name);
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(at) === at) return undefined;
  }
}

/** `bin/napi-v6/linux/x64` of onnxruntime-node, whatever its version of N-API. */
export function libraryFolder(folder: string, { platform, arch }: Machine): string | undefined {
  const bin = join(folder, 'bin');
  const versions = existsSync(bin) ? readdirSync(bin).sort().reverse() : [];
  return versions.map((version) => join(bin, version, platform, arch)).find((place) => existsSync(place));
}

function libraryIn(folder: string): string | undefined {
  const name = readdirSync(folder)
    .filter((file) => NAME.test(file))
    .sort()[0];
  return name === undefined ? undefined : join(folder, name);
}
