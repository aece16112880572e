// The binary files of CIFAR-10 and CIFAR-100: per image its labels, then 1024 red, 1024 green and 1024 blue bytes.
import { ConfigError, FormatError } from '@nablajs/tensor';

/** Pictures of 32 by 32 pixels with the class of each. */
export interface CifarImages {
  /** Channels last: row-major `[count, 32, 32, 3]`, 0 to 255. */
  readonly images: Uint8Array;
  readonly shape: readonly [number, 32, 32, 3];
  /** The class of each image: of 10, or of the 100 fine ones. */
  readonly labels: Uint8Array;
  /** CIFAR-100 only: one of 20 groups of classes. */
  readonly coarseLabels?: Uint8Array;
}

const PLANE = 32 * 32;

/**
 * Reads one binary file of CIFAR-10 (`data_batch_1.bin`) or CIFAR-100 (`train.bin`) into channels-last order.
 * @param labels bytes before each image: 1 for CIFAR-10, 2 (coarse, fine) for CIFAR-100
 * @param name what the messages call the file
 * @throws FormatError when the file is no whole number of images, or a label is out of range
 */
export function parseCifar(bytes: Uint8Array, labels: 1 | 2 = 1, name: string = 'CIFAR data'): CifarImages {
  if (labels !== 1 && labels !== 2) throw new ConfigError(`parseCifar: labels must be 1 or 2, got ${labels}.`);
  const record = labels + 3 * PLANE;
  const count = bytes.length / record;
  if (count === 0 || !Number.isInteger(count)) {
    throw new FormatError(
      `${name}: ${bytes.length} bytes are no whole number of CIFAR-${labels === 1 ? 10 : 100} images of ${record} bytes.`,
    );
  }
  const images = new Uint8Array(count * 3 * PLANE);
  const fine = new Uint8Array(count);
  const coarse = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * record;
    coarse[i] = bytes[at]!;
    fine[i] = bytes[at + labels - 1]!;
    const classes = labels === 1 ? 10 : 100;
    if (fine[i]! >= classes) {
      throw new FormatError(`${name}: image ${i} has class ${fine[i]}, CIFAR-${classes} has 0 to ${classes - 1}.`);
    }
    const to = i * 3 * PLANE;
    for (let pixel = 0; pixel < PLANE; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        images[to + 3 * pixel + channel] = bytes[at + labels + channel * PLANE + pixel]!;
      }
    }
  }
  const shape = [count, 32, 32, 3] as const;
  return labels === 1 ? { images, shape, labels: fine } : { images, shape, labels: fine, coarseLabels: coarse };
}
