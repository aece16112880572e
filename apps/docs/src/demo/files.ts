// The files that `scripts/demo-data.mjs` wrote, as the page reads them.
import { FormatError, readIdx } from 'nablajs';
import type { Samples } from './protocol.ts';

/** The bytes of one file. Throws FormatError when there are none. */
export async function fetchBytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new FormatError(`${url}: the server answered ${response.status} ${response.statusText}.`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Images and labels under a name, such as `test`. */
export async function fetchImages(folder: string, name: string): Promise<Samples> {
  const [images, labels] = await Promise.all(
    ['images', 'labels'].map(async (part) => {
      const url = `${folder}${name}-${part}.idx`;
      return (await readIdx(await fetchBytes(url), url)).data as Uint8Array;
    }),
  );
  return { images: images!, labels: labels! };
}
