// Finding and refusing libraries.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BackendUnavailableError, ConfigError } from '@nablajs/tensor';
import { afterAll, expect, test } from 'vitest';
import { onnxruntime } from '../../src/index.ts';
import { findLibrary } from '../../src/native/library.ts';

const root = mkdtempSync(join(tmpdir(), 'nabla-ort-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const here = { platform: 'linux', arch: 'x64', from: [pathToFileURL(join(root, 'index.js')).href] };

function messageOf(f: () => unknown): string {
  try {
    f();
  } catch (error) {
    expect(error).toBeInstanceOf(BackendUnavailableError);
    return (error as Error).message.replaceAll(root, '<root>');
  }
  throw new Error('nothing was thrown');
}

test.each([
  ['linux', 'x64', 'libonnxruntime.so.1'],
  ['darwin', 'arm64', 'libonnxruntime.1.29.0.dylib'],
  ['win32', 'x64', 'onnxruntime.dll'],
])('the library of onnxruntime-node on %s %s', (platform, arch, file) => {
  const at = join(root, platform);
  const folder = join(at, 'node_modules/onnxruntime-node');
  const bin = join(folder, 'bin/napi-v6', platform, arch);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"onnxruntime-node"}');
  for (const name of [file, 'onnxruntime_binding.node', 'DirectML.dll']) writeFileSync(join(bin, name), '');
  const from = [pathToFileURL(join(at, 'index.js')).href];
  expect(findLibrary(undefined, { platform, arch, from })).toBe(join(bin, file));
  expect(findLibrary(bin)).toBe(join(bin, file));
});

test('errors name what was looked for and how to install it', () => {
  mkdirSync(join(root, 'bare/node_modules/onnxruntime-node'), { recursive: true });
  writeFileSync(join(root, 'bare/node_modules/onnxruntime-node/package.json'), '{"name":"onnxruntime-node"}');
  const bare = { ...here, from: [pathToFileURL(join(root, 'bare/index.js')).href] };
  expect([
    messageOf(() => findLibrary(undefined, here)),
    messageOf(() => findLibrary(undefined, bare)),
    messageOf(() => findLibrary(join(root, 'nowhere.so'))),
    messageOf(() => findLibrary(root)),
  ]).toMatchInlineSnapshot(`
    [
      "onnxruntime: no ONNX Runtime library was found. Looked for
      - onnxruntime-node, from <root>: not installed
    Install it with \`npm install --ignore-scripts onnxruntime-node@1.29.0\` (its install script only downloads GPU providers), or pass onnxruntime({ library }) with the path of libonnxruntime.",
      "onnxruntime: no ONNX Runtime library was found. Looked for
      - <root>/bare/node_modules/onnxruntime-node: no library for linux x64
    Install it with \`npm install --ignore-scripts onnxruntime-node@1.29.0\` (its install script only downloads GPU providers), or pass onnxruntime({ library }) with the path of libonnxruntime.",
      "onnxruntime: library <root>/nowhere.so does not exist. Pass the path of libonnxruntime.",
      "onnxruntime: the directory <root> holds no ONNX Runtime library (libonnxruntime.so, .dylib or onnxruntime.dll). Pass the path of the file itself.",
    ]
  `);
});

test('a file that is no library, and options that cannot be', async () => {
  const file = join(root, 'libonnxruntime.so');
  writeFileSync(file, 'not a library');
  await expect(onnxruntime({ library: file })).rejects.toThrow(BackendUnavailableError);
  await expect(onnxruntime({ threads: 0 })).rejects.toThrow(ConfigError);
  await expect(onnxruntime({ device: 'tpu' as 'cpu' })).rejects.toThrow(/device must be 'cpu' or 'cuda', got 'tpu'/);
});
