import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '@nablajs/tensor';

/** What a file is made from, or a function that writes it at a path. */
export type Content = string | Uint8Array | ((path: string) => Promise<void>);

/**
 * Writes files into a folder, all or none: aside first, then each moved into place, replacing what has its name.
 * Other files in the folder stay.
 * @throws ConfigError naming the folder when it cannot be written
 */
export async function writeFiles(folder: string, files: Readonly<Record<string, Content>>): Promise<void> {
  const target = resolve(folder);
  let staging: string | undefined;
  try {
    await mkdir(target, { recursive: true });
    staging = await mkdtemp(join(target, '.nabla-'));
    for (const [name, content] of Object.entries(files)) {
      const path = join(staging, name);
      await mkdir(dirname(path), { recursive: true });
      if (typeof content === 'function') await content(path);
      else await writeFile(path, content);
    }
    for (const name of Object.keys(files)) {
      await mkdir(dirname(join(target, name)), { recursive: true });
      await rename(join(staging, name), join(target, name));
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) throw cause;
    throw new ConfigError(`${folder}: results cannot be written there (${code}). Choose another folder with --out.`, {
      cause,
    });
  } finally {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true });
  }
}

/** Throws ConfigError unless results can be written: better before an hour of training than after it. */
export async function checkWritable(folder: string): Promise<void> {
  await writeFiles(folder, {});
}
