// A short race against references that never change, for every commit: exits with 1 when something became slower by more
// than a quarter. Ratios inside one run hardly depend on the machine, medians and second chances take the noise out.
import { type Compiled, compile, conv2d, fromData, setBackend, setSeed, type Tensor, variable } from '@nablajs/tensor';
import { cpu } from '../src/index.ts';
import { f32x4, ModuleBuilder, v128 } from '../src/wasm/index.ts';
import { processorTime } from './engine.ts';
import { peak } from './peak.ts';
import { smallNetwork, trainingStep } from './step.ts';

interface Race {
  readonly name: string;
  readonly subject: () => Promise<void>;
  readonly reference: () => Promise<void>;
  /** Times of the reference in one of the subject, as measured: more is slower. */
  readonly usual: number;
}

const ROUNDS = 9;
/** Milliseconds of one turn. */
const TURN = 12;
const CHANCES = 4;
const ALLOWED = 1.25;

/** Runs all races. */
export async function run(): Promise<void> {
  setBackend(await cpu({ threads: 1 }));
  setSeed(1);
  for (const race of await races()) {
    let ratio = Number.POSITIVE_INFINITY;
    let chance = 0;
    while (ratio > race.usual * ALLOWED && chance++ < CHANCES) ratio = Math.min(ratio, await ratioOf(race));
    const slow = ratio > race.usual * ALLOWED;
    const change = `${(100 * (ratio / race.usual - 1)).toFixed(0)} %`;
    console.log(
      `${slow ? 'SLOW' : 'ok  '} ${race.name.padEnd(44)} ${ratio.toFixed(3)} of the reference, usual ${race.usual} (${change})`,
    );
    if (slow) process.exitCode = 1;
  }
}

async function races(): Promise<Race[]> {
  const registers = peak(true).run;
  const multiplying = async (): Promise<void> => registers();
  const matrix = values(256, 256);
  const images = values(16, 28, 28, 32);
  const filters = values(3, 3, 32, 64);
  const long = values(LOOP);
  const square = compile((x: Tensor) => x.matmul(x));
  const windows = compile((x: Tensor, w: Tensor) => conv2d(x, w, { padding: 'same' }));
  const line = compile((x: Tensor) => x.mul(0.5).add(1).maximum(0));
  const power = compile((x: Tensor) => x.exp());
  const step = trainingStep(16);
  const batch = [values(16, 28, 28, 1), fromData(new Int32Array(16), [16])] as const;
  const tiny = smallNetwork();
  const sample = [values(1, 3), values(1, 3)] as const;
  const loop = plainLoop();
  return [
    { name: 'product of 256 x 256 matrices', subject: freed(square, matrix), reference: multiplying, usual: 4.1 },
    {
      name: 'convolution 16 x 28 x 28 x 32 -> 64',
      subject: freed(windows, images, filters),
      reference: multiplying,
      usual: 23,
    },
    { name: 'training step of a CNN, batch 16', subject: freed(step, ...batch), reference: multiplying, usual: 53 },
    { name: 'x * 0.5 + 1, ReLU, one loop', subject: freed(line, long), reference: loop, usual: 1 },
    { name: 'e^x', subject: freed(power, long), reference: loop, usual: 4 },
    { name: 'training step of eight neurons', subject: freed(tiny, ...sample), reference: turns, usual: 2.48 },
  ];
}

async function ratioOf({ subject, reference }: Race): Promise<number> {
  const counts = [await countFor(subject), await countFor(reference)] as const;
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await timeOf(subject, counts[0]);
    ratios.push(ours / (await timeOf(reference, counts[1])));
  }
  return ratios.sort((a, b) => a - b)[ROUNDS >> 1]!;
}

/** How often a turn runs it; by then it is compiled by the better compiler. */
async function countFor(work: () => Promise<void>): Promise<number> {
  let each = 1;
  for (let warm = 0; warm < 8; warm++) {
    const count = Math.max(1, Math.round(TURN / each));
    each = Math.max(1e-4, await timeOf(work, count));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Math.max(1, Math.round(TURN / each));
}

async function timeOf(work: () => Promise<void>, count: number): Promise<number> {
  const start = processorTime();
  for (let i = 0; i < count; i++) await work();
  return (processorTime() - start) / count;
}

function freed<In extends readonly unknown[]>(f: Compiled<In, Tensor | null>, ...args: In): () => Promise<void> {
  return async () => (await f(...args))?.[Symbol.dispose]();
}

function values(...shape: number[]): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return variable(Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1013) / 1013 - 0.5)).value.reshape(shape);
}

/** Floats of the loops: they stay in the second-level cache. */
const LOOP = 65536;

/** The same straight line by hand, four floats at a time. */
function plainLoop(): () => Promise<void> {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  module.export(
    module.function('line', {}, (f) =>
      f.for(0, LOOP * 4, 16, (at) => {
        f.emit(v128.store(at, f32x4.max(f32x4.add(f32x4.mul(v128.load(at, LOOP * 4), 0.5), 1), 0)));
      }),
    ),
  );
  const memory = new WebAssembly.Memory({ initial: (LOOP * 8) / 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const line = exports['line'] as () => void;
  return async () => line();
}

/** Turns of the microtask queue and a few small objects. */
async function turns(): Promise<void> {
  let last: { readonly n: number } = { n: 0 };
  for (let i = 0; i < 20; i++) last = await { n: last.n + i };
}
