// Sums, products and extremes along axes.
import { type Spec, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { onHost } from '../lower/host.ts';
import { attr, type Call, type Lowering } from '../lower/lowering.ts';
import { quotient, remainder } from './layout.ts';
import { elementShader, type Shader } from './program.ts';

/** What folds a list: its identity, and how two values become one. */
interface Folding {
  readonly identity: string;
  readonly join: (a: string, b: string) => string;
}

const FOLDINGS: Readonly<Record<string, Folding>> = {
  sum: { identity: '0.0', join: (a, b) => `${a} + ${b}` },
  prod: { identity: '1.0', join: (a, b) => `${a} * ${b}` },
  max: { identity: 'uintBitsToFloat(0xff800000u)', join: (a, b) => `nablaMax(${a}, ${b})` },
  min: { identity: 'uintBitsToFloat(0x7f800000u)', join: (a, b) => `nablaMin(${a}, ${b})` },
};

/** Neighbouring axes that are folded together: everything before them, they, everything behind. */
interface Run {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

/** Lists longer than this are folded in parts, for more fragments to work at the same time, and closer sums. */
const LONG = 256;

function fold(op: string): Lowering {
  const folding = FOLDINGS[op]!;
  return (machine, [x], call) => {
    const axes = attr<number[]>(call, 'axes').filter((axis) => x!.shape[axis] !== 1);
    if (axes.length === 0) return machine.reshape(x!, call.spec.shape);
    let shape = x!.shape;
    let value = x!;
    // From behind, so that the numbers of the axes before stay what they are.
    for (let end = axes.length - 1, pass = 0; end >= 0; end--) {
      let begin = end;
      while (begin > 0 && axes[begin - 1] === axes[begin]! - 1) begin--;
      const [first, last] = [axes[begin]!, axes[end]!];
      const run: Run = {
        outer: sizeOf(shape.slice(0, first)),
        length: sizeOf(shape.slice(first, last + 1)),
        inner: sizeOf(shape.slice(last + 1)),
      };
      value = foldRun(machine, call, `${op} ${pass++}`, folding, value, run);
      shape = [...shape.slice(0, first), ...shape.slice(last + 1)];
      end = begin;
    }
    return machine.reshape(value, call.spec.shape);
  };
}

function foldRun(
  machine: Machine,
  call: Call,
  pass: string,
  folding: Folding,
  x: TensorInfo,
  { outer, length, inner }: Run,
): TensorInfo {
  const parts = length > LONG ? Math.ceil(Math.sqrt(length)) : 1;
  const run = (from: TensorInfo, name: string, lists: number, count: number): TensorInfo => {
    const spec: Spec = { shape: [outer, lists, inner], dtype: call.spec.dtype };
    const shader = (): Shader => shaderOf(folding, { outer, length: count, inner }, lists);
    return machine.device!.run(machine, call, name, shader, [from], [spec])[0]!;
  };
  if (parts === 1) return run(x, pass, 1, length);
  return run(run(x, `${pass} parts`, parts, length), pass, 1, parts);
}

/** Folds lists of `length`, cut into `lists` parts each. */
function shaderOf({ identity, join }: Folding, { outer, length, inner }: Run, lists: number): Shader {
  const part = Math.ceil(length / lists);
  const size = outer * lists * inner;
  const bounds = `
    int list = ${quotient('rest', lists, size)};
    int begin = (rest - list * ${lists}) * ${part};
    int end = min(begin + ${part}, ${length});
    int at = list * ${length};`;
  const four = (a: string, b: string): string =>
    `vec4(${['x', 'y', 'z', 'w'].map((lane) => join(`${a}.${lane}`, `${b}.${lane}`)).join(', ')})`;
  if (inner % 4 === 0) {
    const across = inner / 4;
    return {
      targets: 1,
      body: `
    int rest = ${quotient('t', across, size / 4)};
    int q = t - rest * ${across};${bounds}
    vec4 y = vec4(${identity});
    for (int r = begin; r < end; r++) {
      vec4 x = quad0((at + r) * ${across} + q);
      y = ${four('y', 'x')};
    }
    out0 = y;`,
    };
  }
  const head = `
    int rest = ${quotient('i', inner, size)};
    int q = ${remainder('i', inner, size)};${bounds}`;
  if (inner === 1 && length % 4 === 0 && lists === 1) {
    return elementShader(`${head}
    vec4 y = vec4(${identity});
    for (int r = 0; r < ${length}; r += 4) {
      vec4 x = quad0((at + r) >> 2);
      y = ${four('y', 'x')};
    }
    result = ${join(join('y.x', 'y.y'), join('y.z', 'y.w'))};`);
  }
  return elementShader(`${head}
    result = ${identity};
    for (int r = begin; r < end; r++) result = ${join('result', `read0((at + r) * ${inner} + q)`)};`);
}

/** Folds along axes; integers, whose products wrap around at 32 bits, are multiplied on the host. */
export const folds: Readonly<Record<string, Lowering>> = {
  sum: fold('sum'),
  prod: (machine, inputs, call) => (call.spec.dtype === 'int32' ? onHost : fold('prod'))(machine, inputs, call),
  max: fold('max'),
  min: fold('min'),
};
