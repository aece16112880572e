// What users meet whose file is missing, a folder, cut off, or something else than its name says.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FormatError } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { fileAdvice, writeNpy, writeNpz, writeWav } from '../../src/index.ts';
import {
  imageFolder,
  readCifar,
  readCsvFile,
  readIdxFile,
  readMnist,
  readNpyFile,
  readNpzFile,
  readParquetFile,
  readWavFile,
} from '../../src/node.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'nabla-failures-'));
  await mkdir(join(root, 'folder'));
  await writeFile(join(root, 'file'), 'some text');
});
afterAll(() => rm(root, { recursive: true }));

const FILES = { readCsvFile, readIdxFile, readNpyFile, readNpzFile, readParquetFile, readWavFile };
const FOLDERS = { readMnist, readCifar, imageFolder: (path: string) => imageFolder(path, { size: [2, 2] }) };

async function refusalOf(reading: Promise<unknown>): Promise<string> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FormatError);
  return (error as Error).message;
}

describe.each(Object.entries(FILES))('%s', (call, read) => {
  it('names itself, the missing file and where it was looked for', async () => {
    const path = join(root, 'missing');
    expect(await refusalOf(read(path))).toBe(
      `${call}: ${path}: cannot be read (ENOENT). There is no such file or folder.`,
    );
    const here = relative(process.cwd(), path);
    expect(await refusalOf(read(here))).toContain(`as seen from ${process.cwd()}`);
  });

  it('says that a folder is no file', async () => {
    const path = join(root, 'folder');
    expect(await refusalOf(read(path))).toBe(
      `${call}: ${path}: cannot be read (EISDIR). It is a folder: name a file in it.`,
    );
  });
});

describe.each(Object.entries(FOLDERS))('%s', (call, read) => {
  it('names itself and the folder that is missing, or a file', async () => {
    const [missing, file] = [join(root, 'missing'), join(root, 'file')];
    expect(await refusalOf(read(missing))).toContain(`${call}: ${missing}: cannot be read (ENOENT). There is no such`);
    expect(await refusalOf(read(file))).toContain(`${call}: ${file}: cannot be read (ENOTDIR). It, or what its path`);
  });
});

test('what is cut off is a FormatError that names the file', async () => {
  const whole = {
    npy: writeNpy({ data: Float32Array.of(1, 2, 3), shape: [3] }),
    npz: await writeNpz({ a: { data: Float32Array.of(1, 2, 3), shape: [3] } }),
    wav: writeWav({ data: Float32Array.of(0, 0.5), channels: 1, sampleRate: 8000 }),
    csv: new TextEncoder().encode('a,b\n1,"2'),
    gz: gzipSync(new TextEncoder().encode('no IDX at all')),
  };
  const readers = { npy: readNpyFile, npz: readNpzFile, wav: readWavFile, csv: readCsvFile, gz: readIdxFile };
  for (const [kind, bytes] of Object.entries(whole) as [keyof typeof whole, Uint8Array][]) {
    const path = join(root, `cut.${kind}`);
    await writeFile(path, bytes.subarray(0, bytes.length - (kind === 'csv' ? 0 : 3)));
    expect(await refusalOf(readers[kind](path))).toContain(path);
  }
});

test('what its name does not say is a FormatError that names the file', async () => {
  const path = join(root, 'archive.csv');
  await writeFile(path, await writeNpz({ a: { data: Float32Array.of(1), shape: [1] } }));
  expect(await refusalOf(readCsvFile(path))).toContain(`${path}: is no CSV file in UTF-8`);
  for (const read of [readNpyFile, readNpzFile, readParquetFile, readWavFile, readIdxFile]) {
    expect(await refusalOf(read(join(root, 'file')))).toContain(join(root, 'file'));
  }
});

test('advice without a code is the message', () => {
  expect(fileAdvice('/a', Object.assign(new Error('x'), { code: 'EACCES' }))).toMatch(/^\(EACCES\)\. .*permissions/);
  expect(fileAdvice('/a', new Error('odd'))).toBe('(odd).');
  expect(fileAdvice('/a', 'odd')).toBe('(odd).');
});
