// Event files of TensorBoard: TFRecords (length, checksum, data, checksum) that hold Event messages.
// https://www.tensorflow.org/tutorials/load_data/tfrecord, tensorflow/core/util/event.proto, framework/summary.proto
import type { HostArray } from '@nablajs/tensor';
import { crc32c } from '../../files/crc32.ts';
import { appendTo } from '../../files/disk.ts';
import { block, double, doubles, type Field, float, message, whole } from './protobuf.ts';

/** Collects events and adds them to the end of a file. */
export class EventFile {
  readonly path: string;
  #pending: Uint8Array[] = [];

  /** @param folder where TensorBoard looks; each writer has a file of its own there */
  constructor(folder: string, now: number = Date.now()) {
    this.path = `${folder}/events.out.tfevents.${Math.floor(now / 1000)}.nabla.${nextNumber()}.v2`;
    this.#add(now, 0, block(3, 'brain.Event:2'));
  }

  scalar(tag: string, step: number, value: number, now: number = Date.now()): void {
    this.#add(now, step, summary(tag, float(2, value)));
  }

  /** How the values of a tensor are spread. */
  histogram(tag: string, step: number, values: HostArray, now: number = Date.now()): void {
    this.#add(now, step, summary(tag, block(5, histogramOf(values))));
  }

  /** Writes what was collected. */
  async flush(): Promise<void> {
    const bytes = message(...this.#pending);
    this.#pending = [];
    if (bytes.length > 0) await appendTo(this.path, bytes);
  }

  #add(now: number, step: number, what: Field): void {
    this.#pending.push(record(message(double(1, now / 1000), whole(2, step), what)));
  }
}

// Files of one process and second must differ.
let files = 0;

function nextNumber(): string {
  const { pid = 0 } = (globalThis as { process?: { pid?: number } }).process ?? {};
  return `${pid}.${files++}`;
}

function summary(tag: string, value: Field): Field {
  return block(5, block(1, message(block(1, tag), value)));
}

/** A TFRecord. */
export function record(data: Uint8Array): Uint8Array {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return message(length, masked(length), data, masked(data));
}

/** CRC-32C, rotated and shifted, so that checksums of data that hold checksums are as good as any. */
function masked(data: Uint8Array): Uint8Array {
  const crc = crc32c(data);
  const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, (rotated + 0xa282ead8) >>> 0, true);
  return bytes;
}

const BUCKETS = 30;

function histogramOf(values: HostArray): Uint8Array {
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  const width = (max - min) / BUCKETS;
  const counts = new Array<number>(width > 0 ? BUCKETS : 1).fill(0);
  for (const value of values) {
    const at = width > 0 ? Math.min(BUCKETS - 1, Math.floor((value - min) / width)) : 0;
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const limits = counts.map((_, i) => (i === counts.length - 1 ? max : min + width * (i + 1)));
  return message(
    double(1, min),
    double(2, max),
    double(3, values.length),
    double(4, sum),
    double(5, squares),
    doubles(6, limits),
    doubles(7, counts),
  );
}
