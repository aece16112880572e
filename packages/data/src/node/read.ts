// Reading from the disk. What fails names the call, the path, and what to do.
import { readdir, readFile } from 'node:fs/promises';
import { FormatError } from '@nablajs/tensor';
import { fileAdvice } from '../files/advice.ts';

/**
 * The bytes of a file.
 * @param call what the user called, for messages
 * @throws FormatError naming the file when it cannot be read
 */
export async function fileBytes(path: string, call: string = 'fileBytes'): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause, call);
  }
}

/** The names of what a folder holds. Throws FormatError naming it when it cannot be read. */
export async function namesIn(folder: string, call: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw unreadable(folder, cause, call);
  }
}

/** The error for a file or folder that cannot be read. */
export function unreadable(path: string, cause: unknown, call: string): FormatError {
  return new FormatError(`${call}: ${path}: cannot be read ${fileAdvice(path, cause)}`, { cause });
}
