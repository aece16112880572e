// Philox4x32-10 (Salmon et al., SC 2011) in ONNX integers, bit for bit. Words are 32-bit numbers held in uint64.
// The four counter words of all blocks are two tensors [2, blocks], A = (c0, c2) and B = (c1, c3): a round multiplies A
// by the constants, swaps the two products, and takes A from their high halves, B from their low ones.
import type { RandomBitsAttrs } from '@nablajs/tensor';
import { sizeOf } from '@nablajs/tensor';
import { elementArray } from '../proto/element-type.ts';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

const MULTIPLIERS = [0xd2511f53n, 0xcd9e8d57n];
const WEYL = [0x9e3779b9n, 0xbb67ae85n];
/** Second key word of Nabla's streams. */
const SALT = 0x4e61626cn;
const ROUNDS = 10;
const WORD = 2n ** 32n;

/** What a device computes with words. */
interface WordArithmetic {
  /** `floor(x / 2^bits)`. */
  shift(x: Ref, bits: number): Ref;
  /** `x mod 2^32`. */
  low(x: Ref): Ref;
  /** Bitwise exclusive or of words. */
  xor(a: Ref, b: Ref): Ref;
}

function onCpu(e: Emitter): WordArithmetic {
  return {
    shift: (x, bits) => e.node('BitShift', [x, e.scalar('uint64', bits)], 'uint64', x.shape, { direction: 'RIGHT' }),
    low: (x) => e.binary('BitwiseAnd', x, e.scalar('uint64', WORD - 1n)),
    xor: (a, b) => e.binary('BitwiseXor', a, b),
  };
}

/** CUDA has no kernels for bits: words are shifted by division, and their bytes looked up in a table of all pairs. */
function onCuda(e: Emitter): WordArithmetic {
  const table = e.constant(
    'uint8',
    [65536],
    Uint8Array.from({ length: 65536 }, (_, i) => (i >> 8) ^ (i & 255)),
  );
  const weights = e.constant('uint64', [4], elementArray('uint64', [2 ** 24, 2 ** 16, 2 ** 8, 1]));
  const bytes = (x: Ref): Ref =>
    e.binary('Mod', e.binary('Div', e.reshape(x, [...x.shape, 1]), weights), e.scalar('uint64', 256));
  return {
    shift: (x, bits) => e.binary('Div', x, e.scalar('uint64', 2 ** bits)),
    low: (x) => e.binary('Mod', x, e.scalar('uint64', WORD)),
    xor(a, b): Ref {
      const pairs = e.binary('Add', e.binary('Mul', bytes(a), e.scalar('uint64', 256)), bytes(b));
      // Sums of integers go through float32 on CUDA; float64 holds words exactly.
      const mixed = e.cast(e.gather(table, e.cast(pairs, 'int64'), 0), 'float64');
      const parts = e.binary('Mul', mixed, e.cast(weights, 'float64'));
      return e.cast(e.reduce('ReduceSum', parts, [parts.shape.length - 1], false), 'uint64');
    },
  };
}

/** `list` as uint64 of a shape. */
function words(e: Emitter, shape: readonly number[], list: readonly bigint[]): Ref {
  return e.constant('uint64', shape, elementArray('uint64', list));
}

const randomBits: Lowering<RandomBitsAttrs> = ({ operands: [key], attrs: { offset }, spec }, e) => {
  const { shift, low, xor } = e.target.device === 'cuda' ? onCuda(e) : onCpu(e);
  const size = sizeOf(spec.shape);
  const blocks = Math.ceil(size / 4);
  // Through uint32, so that negative numbers become the words of the same bits.
  const keyWords = e.cast(e.cast(e.reshape(key!.whole(e), [2, 1]), 'uint32'), 'uint64');
  const [seed, draw] = [0, 1].map((row) => e.slice(keyWords, [0], [row], [1])) as [Ref, Ref];

  const numbers = e.node(
    'Range',
    [0, blocks, 1].map((n) => e.scalar('int64', n)),
    'int64',
    [blocks],
  );
  const counter = e.reshape(e.cast(numbers, 'uint64'), [1, blocks]);
  let a = e.concat([counter, e.expand(draw, [1, blocks])], 0);
  let b = words(e, [2, 1], [0n, BigInt(offset)]);
  const start = e.concat([seed, words(e, [1, 1], [SALT])], 0);
  for (let round = 0; round < ROUNDS; round++) {
    const products = e.gather(e.binary('Mul', a, words(e, [2, 1], MULTIPLIERS)), e.integers([1, 0]), 0);
    const step = words(
      e,
      [2, 1],
      WEYL.map((weyl) => (weyl * BigInt(round)) % WORD),
    );
    a = xor(xor(shift(products, 32), b), low(e.binary('Add', start, step)));
    b = low(products);
  }
  // [2, 1, blocks] beside each other: (c0, c1), (c2, c3); then the words of each block in a row.
  const rows = [a, b].map((pair) => e.reshape(e.cast(shift(pair, 8), 'int32'), [2, 1, blocks]));
  const inOrder = e.reshape(e.transpose(e.concat(rows, 1), [2, 0, 1]), [blocks * 4]);
  return new Stored(spec, e.reshape(e.slice(inOrder, [0], [0], [size]), spec.shape));
};

/** Rows of the random ops. */
export const randomRows: LoweringTable = { randomBits };
