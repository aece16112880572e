// Event files, read by a reader that shares nothing with the writer: checksums bit by bit, messages by @bufbuild/protobuf.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { cpu } from '@nablajs/backend-cpu';
import { Dense, Input } from '@nablajs/layers';
import { setBackend, setSeed } from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sequential, TensorBoard } from '../src/index.ts';
import { clouds } from './data.ts';

let folder: string;
beforeAll(async () => {
  setBackend(await cpu());
  folder = await mkdtemp(join(tmpdir(), 'nabla-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** CRC-32C by long division, one bit at a time. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

function records(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(unmask(view.getUint32(at + 8, true))).toBe(crc32c(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(unmask(view.getUint32(at + 12 + length, true))).toBe(crc32c(data));
    found.push(data);
    at += 16 + length;
  }
  return found;
}

interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly num: number;
  readonly sum: number;
  readonly squares: number;
  readonly limits: readonly number[];
  readonly counts: readonly number[];
}

interface Event {
  time: number;
  step: number;
  version?: string;
  tag?: string;
  value?: number;
  histogram?: Histogram;
}

/** Field numbers of tensorflow/core/util/event.proto and framework/summary.proto. */
function readEvent(data: Uint8Array): Event {
  const event: Event = { time: 0, step: 0 };
  const reader = new BinaryReader(data);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1) event.time = reader.double();
    else if (field === 2) event.step = Number(reader.int64());
    else if (field === 3) event.version = reader.string();
    else if (field === 5) readSummary(reader.bytes(), event);
    else reader.skip(type);
  }
  return event;
}

function readSummary(data: Uint8Array, event: Event): void {
  const outer = new BinaryReader(data);
  expect(outer.tag()[0]).toBe(1);
  const reader = new BinaryReader(outer.bytes());
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field === 1) event.tag = reader.string();
    else if (field === 2) event.value = reader.float();
    else if (field === 5) event.histogram = readHistogram(reader.bytes());
    else throw new Error(`field ${field} of a value`);
  }
}

function readHistogram(data: Uint8Array): Histogram {
  const reader = new BinaryReader(data);
  const numbers: number[] = [];
  const lists: number[][] = [];
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    if (field <= 5) numbers[field] = reader.double();
    else {
      const packed = reader.bytes();
      const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
      lists[field] = Array.from({ length: packed.length / 8 }, (_, i) => view.getFloat64(8 * i, true));
    }
  }
  const [, min, max, num, sum, squares] = numbers as [unknown, number, number, number, number, number];
  return { min, max, num, sum, squares, limits: lists[6]!, counts: lists[7]! };
}

async function eventsIn(path: string): Promise<Event[]> {
  const names = await readdir(path);
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\./)]);
  return records(new Uint8Array(await readFile(join(path, names[0]!)))).map(readEvent);
}

test('the checksum is the one of RFC 3720', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

describe('TensorBoard', () => {
  const { x, oneHot } = clouds(12);

  async function trained(
    name: string,
    options: object,
  ): Promise<{ history: Record<string, number[]>; model: Sequential }> {
    setSeed(1);
    const model = new Sequential([Input({ shape: [2] }), new Dense(3, { activation: 'softmax' })]);
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const callbacks = [new TensorBoard({ logDir: join(folder, name), ...options })];
    const data = { validationData: [x, oneHot] as const, batchSize: 4, verbose: 0 as const };
    const { history } = await model.fit(x, oneHot, { ...data, epochs: 3, callbacks });
    return { history, model };
  }

  test('numbers of each epoch, training and validation apart, under the names of Keras', async () => {
    const { history } = await trained('run', {});
    expect((await readdir(join(folder, 'run'))).sort()).toEqual(['train', 'validation']);
    for (const [part, prefix] of [
      ['train', ''],
      ['validation', 'val'],
    ] as const) {
      const [first, ...events] = await eventsIn(join(folder, 'run', part));
      expect(first!.version).toBe('brain.Event:2');
      const of = (tag: string): number[] => events.filter((event) => event.tag === tag).map(({ value }) => value!);
      for (const name of ['loss', 'accuracy']) {
        const key = prefix === '' ? name : `val${name[0]!.toUpperCase()}${name.slice(1)}`;
        expect(of(`epoch_${name}`)).toEqual(history[key]!.map(Math.fround));
      }
      expect(events.filter(({ tag }) => tag === 'epoch_loss').map(({ step }) => step)).toEqual([0, 1, 2]);
      expect(Math.abs(first!.time - Date.now() / 1000)).toBeLessThan(600);
      if (part === 'train') expect(of('epoch_learning_rate')).toEqual([0.01, 0.01, 0.01].map(Math.fround));
    }
  });

  test('numbers of every second batch, and histograms of the weights', async () => {
    const { model } = await trained('more', { updateFreq: 2, histogramFreq: 2 });
    const events = await eventsIn(join(folder, 'more', 'train'));
    expect(events.filter(({ tag }) => tag === 'batch_loss').map(({ step }) => step)).toEqual([0, 2, 4, 6, 8]);
    const histograms = events.filter(({ tag }) => tag === 'dense/kernel/histogram');
    expect(histograms.map(({ step }) => step)).toEqual([0, 2]);
    const values = [...(await model.weights[0]!.value.data())];
    const { min, max, num, sum, squares, limits, counts } = histograms[1]!.histogram!;
    expect([min, max, num]).toEqual([Math.min(...values), Math.max(...values), 6]);
    expect(sum).toBeCloseTo(
      values.reduce((a, b) => a + b),
      10,
    );
    expect(squares).toBeCloseTo(
      values.reduce((a, b) => a + b * b, 0),
      10,
    );
    for (const [i, limit] of limits.entries()) {
      const below = counts.slice(0, i + 1).reduce((a, b) => a + b);
      // Values on a limit itself may count on either side.
      expect(below).toBeGreaterThanOrEqual(values.filter((value) => value < limit - 1e-9).length);
      expect(below).toBeLessThanOrEqual(values.filter((value) => value <= limit + 1e-9).length);
    }
  });
});
