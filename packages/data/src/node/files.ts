// The readers of formats, for files by their path.
import { type CsvOptions, readCsv } from '../csv/csv.ts';
import type { Frame } from '../frame/frame.ts';
import { type NpyArray, parseNpy } from '../npy/npy.ts';
import { readNpz } from '../npy/npz.ts';
import { type ParquetOptions, readParquet } from '../parquet/parquet.ts';
import { parseWav, type Sound } from '../wav/wav.ts';
import { fileBytes } from './read.ts';

/** Reads a CSV file from disk; see `readCsv`. Throws FormatError naming the file. */
export async function readCsvFile(path: string, options: CsvOptions = {}): Promise<Frame> {
  return await readCsv(await fileBytes(path, 'readCsvFile'), options, path);
}

/** Reads a Parquet file from disk; see `readParquet`. Throws FormatError naming the file. */
export async function readParquetFile(path: string, options: ParquetOptions = {}): Promise<Frame> {
  return await readParquet(await fileBytes(path, 'readParquetFile'), options, path);
}

/** Reads an NPY file from disk; see `parseNpy`. Throws FormatError naming the file. */
export async function readNpyFile(path: string): Promise<NpyArray> {
  return parseNpy(await fileBytes(path, 'readNpyFile'), path);
}

/** Reads an NPZ file from disk; see `readNpz`. Throws FormatError naming the file. */
export async function readNpzFile(path: string): Promise<Record<string, NpyArray>> {
  return await readNpz(await fileBytes(path, 'readNpzFile'), path);
}

/** Reads a WAV file from disk; see `parseWav`. Throws FormatError naming the file. */
export async function readWavFile(path: string): Promise<Sound> {
  return parseWav(await fileBytes(path, 'readWavFile'), path);
}
