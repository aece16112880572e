// Where the CUDA provider of ONNX Runtime lies, whether it fits the library, and what it needs to be there.
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryFolder, type Machine, packageFolder, thisMachine } from '../native/library.ts';
import { MissingPart } from '../native/missing.ts';

/** Both are needed: the provider, and the bridge between it and the library. */
export const PROVIDER_FILES: readonly [string, string] = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_cuda.so',
];

/** An npm package that carries the provider: for CUDA 13 and cuDNN 9, built for ONNX Runtime 1.29.0. */
const PACKAGE = 'com.github.asus4.onnxruntime.linux-x64-gpu';
const INSTALL = `npm install --ignore-scripts onnxruntime-node@1.29.0 ${PACKAGE}@0.4.9`;

/** A provider that was found. */
export interface CudaProvider {
  /** Folder that holds {@link PROVIDER_FILES}. */
  readonly folder: string;
  /** Shared libraries of CUDA it is linked against, `libcudart.so.13`, and the cuDNN it opens itself. */
  readonly needs: readonly string[];
}

/**
 * Finds the provider: in the given directory, beside the library, in onnxruntime-node, or in an installed package.
 * @throws BackendUnavailableError saying where it was looked for
 */
export function findProvider(
  given: string | undefined,
  library: string,
  machine: Machine = thisMachine(),
): CudaProvider {
  if (machine.platform !== 'linux' || machine.arch !== 'x64') {
    throw new MissingPart(
      `CUDA needs Linux on x64, this is ${machine.platform} on ${machine.arch}.`,
      "Use device: 'cpu'.",
    );
  }
  const places = given === undefined ? usualPlaces(library, machine) : [resolve(given)];
  const folder = places.find((place) => PROVIDER_FILES.every((file) => existsSync(join(place, file))));
  if (folder !== undefined) return { folder, needs: needsOf(join(folder, PROVIDER_FILES[1])) };
  throw new MissingPart(
    `the CUDA provider was not found. Looked for ${PROVIDER_FILES.join(' and ')} in\n` +
      `${places.map((place) => `  - ${place}\n`).join('')}`,
    `Install it with \`${INSTALL}\`, or pass onnxruntime({ device: 'cuda', provider }) with its directory.`,
  );
}

function usualPlaces(library: string, machine: Machine): string[] {
  const places = [dirname(library)];
  for (const from of machine.from) {
    const node = packageFolder('onnxruntime-node', from);
    const inNode = node && libraryFolder(node, machine);
    if (inNode) places.push(inNode);
    const pack = packageFolder(PACKAGE, from);
    places.push(
      pack ? join(pack, 'Plugins/Linux/x64') : `the package ${PACKAGE}, from ${dirname(fileURLToPath(from))}`,
    );
  }
  return [...new Set(places)];
}

/**
 * Throws unless the provider was built for this version of the library: the bridge between them has no stable form.
 * @param version of the library, `1.29.0`
 */
export function requireSameVersion(provider: CudaProvider, library: string, version: string): void {
  const file = join(provider.folder, PROVIDER_FILES[1]);
  if (contains(file, `\0${version}\0`)) return;
  throw new MissingPart(
    `the CUDA provider ${file} was not built for ONNX Runtime ${version}, the version of ${library}. Both must be the same.`,
    `Install a pair that fits: \`${INSTALL}\`.`,
  );
}

/** What a library that the provider needs belongs to. */
export function originOf(name: string): 'the NVIDIA driver' | 'cuDNN' | 'the CUDA toolkit' {
  if (name.startsWith('libcuda.so')) return 'the NVIDIA driver';
  return name.startsWith('libcudnn.so') ? 'cuDNN' : 'the CUDA toolkit';
}

/**
 * Throws when libraries that the provider needs cannot be loaded.
 * @param load tries to load a shared library by name and throws when it cannot
 */
export function requireLibraries({ needs }: CudaProvider, load: (name: string) => void): void {
  const missing = needs.flatMap((name) => {
    try {
      load(name);
      return [];
    } catch (error) {
      return [`  - ${name}, of ${originOf(name)}: ${(error as Error).message}\n`];
    }
  });
  if (missing.length === 0) return;
  throw new MissingPart(
    `the CUDA provider is here, but not what it needs:\n${missing.join('')}`,
    'Install them, and if they are installed, name their directories in LD_LIBRARY_PATH before Node starts.',
  );
}

const CHUNK = 1 << 24;

/** Names of the CUDA libraries in the head of the provider, where its dynamic section lists them, and its cuDNN. */
function needsOf(file: string): string[] {
  const found = new Set<string>();
  for (const [name] of head(file).matchAll(/(?<=\0)lib(cuda|cudart|cublas|cublasLt|curand|cufft)\.so\.\d+(?=\0)/g)) {
    found.add(name);
  }
  // Opened by hand where it is not linked.
  if (contains(file, 'libcudnn.so')) found.add('libcudnn.so.9');
  return [...found].sort();
}

function head(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.min(CHUNK, statSync(file).size));
    return bytes.toString('latin1', 0, readSync(handle, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(handle);
  }
}

/** True when a file holds these characters. */
function contains(file: string, text: string): boolean {
  const wanted = Buffer.from(text, 'latin1');
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(CHUNK);
    // Chunks overlap, so that nothing is missed at their ends.
    for (let at = 0; ; at += CHUNK - wanted.length) {
      const count = readSync(handle, bytes, 0, CHUNK, at);
      if (bytes.subarray(0, count).includes(wanted)) return true;
      if (count < CHUNK) return false;
    }
  } finally {
    closeSync(handle);
  }
}
