// Every message of the package, to be read as prose: what was asked, what was found, the smallest fix.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import * as nabla from '@nablajs/tensor';
import {
  type Backend,
  compile,
  debug,
  defineOp,
  fromData,
  inScope,
  NablaError,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  variable,
  zeros,
} from '@nablajs/tensor';
import { beforeAll, expect, test } from 'vitest';

beforeAll(() => setBackend(reference()));

const v = tensor([1, 2, 3]);
const m = zeros([2, 3]);
const flags = tensor([true, false, true]);
const index = tensor([0, 1], 'int32');
const image = zeros([1, 8, 8, 3]);

function narrow(): Backend {
  const backend = reference();
  return {
    ...backend,
    name: 'tiny',
    capabilities: { ...backend.capabilities, ops: new Set(['add', 'full']), maxRank: 2 },
  };
}

async function leaked(): Promise<Tensor> {
  let y = v;
  await compile(
    (x: Tensor) => {
      y = x.mul(2);
      return x;
    },
    { name: 'step' },
  )(v);
  return y;
}

const MESSAGES: Readonly<Record<string, Record<string, () => unknown>>> = {
  'making tensors': {
    ragged: () => tensor([[1, 2], [3]]),
    uneven: () => tensor([1, [2]] as never),
    flat: () => tensor([[1, 2], 3]),
    foreign: () => tensor([1, 'two'] as never),
    size: () => fromData(new Float32Array(5), [2, 3]),
    shape: () => fromData(new Float32Array(5), [-5]),
    array: () => fromData(new Float32Array(2), [2], 'int32'),
    bytes: () => fromData(Uint8Array.of(0, 255)),
    arange: () => nabla.arange(0, 10, 0),
    linspace: () => nabla.linspace(0, 1, 0),
    oneHot: () => nabla.oneHot(index, -1),
  },
  'elementwise ops': {
    broadcast: () => m.add(zeros([4, 3])),
    dtype: () => v.cast('int32').exp(),
    numbers: () => flags.neg(),
    mixed: () => nabla.addOp([v, v.cast('int32')], {}),
    'two numbers': () => nabla.add(1, 2),
    cast: () => v.cast('float8' as never),
    clip: () => v.clip(2, 1),
    where: () => v.where(1, 2),
    operands: () => nabla.fullOp([], { value: 1, shape: [], dtype: 'float32' }),
  },
  'shapes and axes': {
    axis: () => m.sum(2),
    'scalar axis': () => scalar(1).sum(0),
    twice: () => m.sum([0, 0]),
    reshape: () => m.reshape([4]),
    'reshape -1': () => m.reshape([-1, 4]),
    expandDims: () => m.expandDims(5),
    squeeze: () => m.squeeze(0),
    transpose: () => m.transpose([0, 0]),
    broadcastTo: () => m.broadcastTo([3, 3]),
    tile: () => nabla.tile(m, [2]),
    slice: () => m.slice([0, 2], [2, 2]),
    'slice rank': () => v.slice([0, 0]),
    pad: () => m.pad([[1, 1]]),
    'pad negative': () => v.pad([[-1, 0]]),
    concat: () => nabla.concat([m, zeros([2, 4, 1])], 0),
    'concat nothing': () => nabla.concat([]),
    split: () => nabla.split(m, 2),
    argMax: () => zeros([2, 0]).argMax(),
    topK: () => nabla.topK(v, 4),
    glu: () => nabla.glu(v),
  },
  'gather and scatter': {
    'indices dtype': () => nabla.gather(v, v),
    'updates shape': () => nabla.scatterAdd(index, zeros([3]), 4),
    size: () => nabla.scatterAdd(index, zeros([2]), -1),
    takeAlongAxis: () => nabla.takeAlongAxis(m, index),
  },
  products: {
    inner: () => m.matmul(m),
    scalar: () => m.matmul(scalar(1)),
    batch: () => zeros([2, 3, 4]).matmul(zeros([3, 4, 5])),
    conv2d: () => nabla.conv2d(zeros([28, 28, 1]), zeros([3, 3, 1, 8])),
    channels: () => nabla.conv(image, zeros([3, 3, 1, 8])),
    kernel: () => nabla.conv(image, zeros([3, 3, 8])),
    window: () => nabla.conv(image, zeros([9, 9, 3, 8])),
    strides: () => nabla.conv(image, zeros([3, 3, 3, 8]), { strides: [1, 1, 1] }),
    zero: () => nabla.conv(image, zeros([3, 3, 3, 8]), { strides: 0 }),
    padding: () => nabla.conv(image, zeros([3, 3, 3, 8]), { padding: 'full' as never }),
    pairs: () => nabla.conv(image, zeros([3, 3, 3, 8]), { padding: [[1, 1]] }),
    groups: () => nabla.conv(image, zeros([3, 3, 3, 8]), { groups: 0 }),
    transposed: () => nabla.convTranspose(image, zeros([3, 3, 8, 4])),
    outputPadding: () => nabla.convTranspose(image, zeros([3, 3, 8, 3]), { outputPadding: 1 }),
    depthwise: () => nabla.depthwiseConv(image, zeros([3, 3, 4, 1])),
    pool: () => nabla.maxPool(v, { window: 2 }),
    'pool padding': () =>
      nabla.maxPool(image, {
        window: 2,
        padding: [
          [2, 0],
          [0, 0],
        ],
      }),
    resize: () => nabla.resize(image, [0, 4]),
    mode: () => nabla.resize(image, 4, 'cubic' as never),
  },
  randomness: {
    seed: () => nabla.setSeed(0.5),
    uniform: () => nabla.randomUniform([2], { minval: 1, maxval: 0 }),
    bernoulli: () => nabla.randomBernoulli([2], 2),
    integer: () => nabla.randomInteger([2], 3, 1),
    key: () => nabla.randomBitsOp([v], { shape: [2], offset: 0 }),
  },
  values: {
    item: () => v.item(),
    condition: () => Number(v),
    disposed: async () => {
      const x = await v.add(1).realize();
      x[Symbol.dispose]();
      return x.data();
    },
    'two backends': async () => {
      const x = await v.add(1).realize();
      const before = nabla.getBackend();
      setBackend(reference());
      const y = await v.add(2).realize();
      setBackend(before);
      return x.add(y).data();
    },
    'not finite': async () => {
      debug({ checkNumerics: true });
      try {
        await inScope('"head" (Dense)', () => v.sub(1).log()).data();
      } finally {
        debug({ checkNumerics: false });
      }
    },
  },
  variables: {
    shape: () => variable(v, { name: 'kernel' }).assign(m),
    dtype: () => variable(v, { name: 'kernel' }).assign(v.cast('int32')),
    traced: () => compile((x: Tensor) => void variable(x.mul(2), { name: 'kernel' }), { name: 'step' })(v),
    leaked: async () => variable(v, { name: 'kernel' }).assign(await leaked()),
  },
  'compiled functions': {
    read: () => compile((x: Tensor) => void x.data(), { name: 'step' })(v),
    async: () => compile(async (x: Tensor) => x, { name: 'step' })(v),
    'leaked, read': async () => (await leaked()).data(),
    'leaked, used': async () => (await leaked()).add(1),
    'leaked, returned': async () => {
      const y = await leaked();
      return compile(() => y, { name: 'other' })();
    },
    nested: () => {
      const inner = compile((x: Tensor) => x, { name: 'inner' });
      return compile((x: Tensor) => void inner(x), { name: 'outer' })(v);
    },
    maxTraces: async () => {
      const step = compile((x: Tensor, rate: number) => x.mul(rate), { name: 'step', maxTraces: 1 });
      await step(v, 0.1);
      await step(v, 0.2);
    },
  },
  'backends and ops': {
    unsupported: () => compile((x: Tensor) => x.exp().add(x.exp().exp()), { backend: narrow() })(v),
    rank: () => compile((x: Tensor) => x.add(x), { backend: narrow() })(zeros([1, 1, 1])),
    simplify: () =>
      defineOp({
        name: 'acme/wrong',
        infer: ([x]) => x!,
        decompose: ([x]) => x!.neg(),
        simplify: ([x]) => x!.sum(),
        samples: [],
      })([v], {}).data(),
  },
  gradients: {
    'computed before': async () => {
      const x = v.square().sum();
      await x.item();
      gradients(x, [v]);
    },
  },
};

async function messageOf(trigger: () => unknown): Promise<string> {
  try {
    await trigger();
  } catch (error) {
    expect(error).toBeInstanceOf(NablaError);
    // Lines of this file change with it.
    return String(error)
      .replace(/\n +at \S+$/, '')
      .replace(/[^\s(]+errors\.test\.ts:\d+:\d+/g, 'LINE');
  }
  throw new Error('nothing was thrown');
}

test.each(Object.entries(MESSAGES))('%s', async (_, triggers) => {
  const lines: string[] = [];
  for (const [name, trigger] of Object.entries(triggers)) lines.push(`${name}\n    ${await messageOf(trigger)}`);
  expect(`\n${lines.join('\n\n')}\n`).toMatchSnapshot();
});

test('every message says something and ends like a sentence', async () => {
  for (const triggers of Object.values(MESSAGES)) {
    for (const trigger of Object.values(triggers)) {
      const message = await messageOf(trigger);
      expect(message).toMatch(/^[A-Z]\w+Error( in ".*)?: .{20,}[.)]$/s);
      expect(message).not.toMatch(/undefined|NaN,|\[object|Infinity/);
    }
  }
});
