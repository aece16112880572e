import { fromData } from '@nablajs/tensor';
import { Dataset } from '../dataset/dataset.ts';
import { atMost } from './at-most.ts';
import { type FoundImage, type ImageSet, type ImageSetOptions, labelled } from './options.ts';

/** Writes the values of a picture into an array, from a place on. */
export type DecodeImage = (file: string, out: Float32Array, at: number) => Promise<void>;

/** Pictures as a data set that decodes several at a time, when they are due. */
export function imageSet(
  caller: string,
  found: readonly FoundImage[],
  {
    size,
    channels,
    classes: wanted,
    workers,
  }: ImageSetOptions & Required<Pick<ImageSetOptions, 'channels' | 'workers'>>,
  decodeOne: DecodeImage,
): ImageSet {
  const decode = atMost(workers, decodeOne);
  const { files, labels, classes } = labelled(caller, found, wanted);
  const [height, width] = size;
  const length = height * width * channels;
  const dataset = Dataset.fromSource({
    length: files.length,
    async read(indices) {
      const x = new Float32Array(indices.length * length);
      await Promise.all(Array.from(indices, (index, row) => decode(files[index]!, x, row * length)));
      const y = Int32Array.from(indices, (index) => labels[index]!);
      return { x: fromData(x, [indices.length, height, width, channels]), y: fromData(y) };
    },
  });
  return { dataset, classes, files };
}
