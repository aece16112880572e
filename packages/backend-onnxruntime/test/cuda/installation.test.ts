// What is looked for before a GPU is touched, and what is said when it is missing. No GPU takes part.
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BackendUnavailableError } from '@nablajs/tensor';
import { afterAll, expect, test } from 'vitest';
import { findProvider, PROVIDER_FILES, requireLibraries, requireSameVersion } from '../../src/cuda/installation.ts';
import { besideProvider } from '../../src/cuda/link.ts';
import type { Machine } from '../../src/native/library.ts';

const root = mkdtempSync(join(tmpdir(), 'nabla-cuda-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const NEEDS = 'libcublas.so.13\0libcudart.so.13\0libcuda.so.1\0';

/** A folder with files that look like the provider's: names of libraries at the front, its version far behind. */
function provider(name: string, version: string): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, PROVIDER_FILES[0]), 'bridge');
  // The version lies across the end of a chunk of reading.
  const middle = '.'.repeat((1 << 24) - NEEDS.length - 4);
  writeFileSync(join(folder, PROVIDER_FILES[1]), `\0${NEEDS}${middle}\0${version}\0libcudnn.so\0`);
  return folder;
}

function installed(at: string, name: string): string {
  const folder = join(root, at, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name }));
  return folder;
}

function machine(at: string, change: Partial<Machine> = {}): Machine {
  mkdirSync(join(root, at), { recursive: true });
  return { platform: 'linux', arch: 'x64', from: [pathToFileURL(join(root, at, 'index.js')).href], ...change };
}

const library = join(root, 'lib', 'libonnxruntime.so.1');
mkdirSync(join(root, 'lib'), { recursive: true });
writeFileSync(library, 'the library');

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    expect(error).toBeInstanceOf(BackendUnavailableError);
    return (error as Error).message.replaceAll(root, '<root>');
  }
  throw new Error('nothing was thrown');
}

test('a given directory is taken', () => {
  const folder = provider('given', '1.29.0');
  expect(findProvider(folder, library, machine('empty'))).toEqual({
    folder,
    needs: ['libcublas.so.13', 'libcuda.so.1', 'libcudart.so.13', 'libcudnn.so.9'],
  });
});

test('the provider of onnxruntime-node is found, then that of the package', () => {
  const node = installed('both', 'onnxruntime-node');
  const pack = installed('both', 'com.github.asus4.onnxruntime.linux-x64-gpu');
  const inPackage = provider(
    join('both/node_modules', 'com.github.asus4.onnxruntime.linux-x64-gpu/Plugins/Linux/x64'),
    '1.29.0',
  );
  expect(findProvider(undefined, library, machine('both')).folder).toBe(inPackage);
  const inNode = provider('both/node_modules/onnxruntime-node/bin/napi-v6/linux/x64', '1.29.0');
  expect(findProvider(undefined, library, machine('both')).folder).toBe(inNode);
  expect(inNode.startsWith(node) && inPackage.startsWith(pack)).toBe(true);
});

test('errors name what was looked for and how to install it', () => {
  expect([
    messageOf(() => findProvider(undefined, library, machine('empty'))),
    messageOf(() => findProvider(join(root, 'nowhere'), library, machine('empty'))),
    messageOf(() => findProvider(undefined, library, machine('empty', { platform: 'darwin', arch: 'arm64' }))),
    messageOf(() => {
      const found = findProvider(provider('old', '1.19.2'), library, machine('empty'));
      requireSameVersion(found, library, '1.29.0');
    }),
    messageOf(() =>
      requireLibraries({ folder: root, needs: ['libcuda.so.1', 'libcudart.so.13', 'libcudnn.so.9'] }, (name) => {
        if (name !== 'libcudart.so.13') throw new Error('cannot open shared object file');
      }),
    ),
  ]).toMatchInlineSnapshot(`
    [
      "onnxruntime: the CUDA provider was not found. Looked for libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so in
      - <root>/lib
      - the package com.github.asus4.onnxruntime.linux-x64-gpu, from <root>/empty
    Install it with \`npm install --ignore-scripts onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9\`, or pass onnxruntime({ device: 'cuda', provider }) with its directory.",
      "onnxruntime: the CUDA provider was not found. Looked for libonnxruntime_providers_shared.so and libonnxruntime_providers_cuda.so in
      - <root>/nowhere
    Install it with \`npm install --ignore-scripts onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9\`, or pass onnxruntime({ device: 'cuda', provider }) with its directory.",
      "onnxruntime: CUDA needs Linux on x64, this is darwin on arm64. Use device: 'cpu'.",
      "onnxruntime: the CUDA provider <root>/old/libonnxruntime_providers_cuda.so was not built for ONNX Runtime 1.29.0, the version of <root>/lib/libonnxruntime.so.1. Both must be the same. Install a pair that fits: \`npm install --ignore-scripts onnxruntime-node@1.29.0 com.github.asus4.onnxruntime.linux-x64-gpu@0.4.9\`.",
      "onnxruntime: the CUDA provider is here, but not what it needs:
      - libcuda.so.1, of the NVIDIA driver: cannot open shared object file
      - libcudnn.so.9, of cuDNN: cannot open shared object file
    Install them, and if they are installed, name their directories in LD_LIBRARY_PATH before Node starts.",
    ]
  `);
});

test('a provider of the same version is accepted, also when the version lies between two chunks', () => {
  const found = findProvider(provider('same', '1.29.0'), library, machine('empty'));
  requireSameVersion(found, library, '1.29.0');
});

test('library and provider are brought together in a folder of the cache', () => {
  const folder = provider('apart', '1.29.0');
  const cache = join(root, 'cache');
  const found = findProvider(folder, library, machine('empty'));
  for (let round = 0; round < 2; round++) {
    const copy = besideProvider(library, '1.29.0', found, cache);
    expect(readFileSync(copy, 'utf8')).toBe('the library');
    for (const file of PROVIDER_FILES) expect(readlinkSync(join(copy, '..', file))).toBe(join(folder, file));
  }
  expect(besideProvider(join(folder, 'libonnxruntime.so'), '1.29.0', found, cache)).toBe(
    join(folder, 'libonnxruntime.so'),
  );
});
