import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeIdx } from '@nablajs/data';
import { run } from '../src/run.ts';

/** What a command wrote and how it ended. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Terminal and interruption of one call. */
export interface Situation {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  /** Sees what is written to standard output, as it is written. */
  readonly onOut?: (text: string) => void;
}

/** Calls `nabla` with words, in this process. */
export async function nabla(words: readonly string[], situation: Situation = {}): Promise<Outcome> {
  const { isTTY = false, columns = 80, signal = new AbortController().signal, onOut } = situation;
  let [out, err] = ['', ''];
  const code = await run(words, {
    out: {
      write(text) {
        out += text;
        onOut?.(text);
      },
      isTTY,
      columns,
    },
    err: { write: (text) => (err += text), isTTY, columns },
    signal,
  });
  return { code, out, err };
}

/** A folder of its own. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'nabla-cli-'));
}

/** Images of 8x8 pixels whose class is the bright corner, 0 to 3, in the four files of MNIST. */
export async function cornersFolder(parent: string): Promise<string> {
  const folder = join(parent, 'corners');
  await mkdir(folder);
  for (const [half, count] of [
    ['train', 48],
    ['t10k', 16],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 4);
    const images = new Uint8Array(count * 64);
    for (const [i, label] of labels.entries()) {
      for (let y = 0; y < 8; y++) {
        for (let x = 0; x < 8; x++) {
          const corner = (y < 4 ? 0 : 2) + (x < 4 ? 0 : 1);
          images[i * 64 + y * 8 + x] = corner === label ? 200 + (i % 50) : (i * 7 + x * y) % 30;
        }
      }
    }
    await writeFile(join(folder, `${half}-images-idx3-ubyte`), writeIdx({ data: images, shape: [count, 8, 8] }));
    await writeFile(join(folder, `${half}-labels-idx1-ubyte`), writeIdx({ data: labels, shape: [count] }));
  }
  return folder;
}
