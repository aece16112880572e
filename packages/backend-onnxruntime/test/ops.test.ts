// Every sample of every op, and its gradient, against the reference backend in float64.
import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  type AnyOp,
  type Attrs,
  attrsKey,
  type Backend,
  compile,
  compositeOps,
  create,
  formatSpec,
  fromData,
  type HostArray,
  hostArray,
  isFloat,
  type Op,
  primitiveOps,
  randomWords,
  type Sample,
  type SampleInput,
  type Spec,
  setBackend,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onnxruntime } from '../src/index.ts';

let backend: Backend;
const truth = reference();
beforeAll(async () => {
  backend = await onnxruntime({ threads: 1 });
});
afterAll(() => backend.dispose());

interface Operand {
  readonly spec: Spec;
  readonly data: HostArray;
}

function operandOf(input: SampleInput, seed: number): Operand {
  const { shape, dtype = 'float32', range, values } = 'shape' in input ? input : { shape: input as readonly number[] };
  const [low, high] = range ?? (dtype === 'float32' ? [-2, 2] : dtype === 'bool' ? [0, 1] : [0, 4]);
  const data = hostArray(dtype, sizeOf(shape));
  const words = randomWords([seed, 1], 0, data.length);
  for (let i = 0; i < data.length; i++) {
    const unit = words[i]! / 2 ** 32;
    data[i] =
      values?.[i] ?? (dtype === 'float32' ? low + unit * (high - low) : low + Math.floor(unit * (high - low + 1)));
  }
  return { spec: { shape, dtype }, data };
}

async function run(on: Backend, f: (inputs: Tensor[]) => Tensor[], operands: readonly Operand[]): Promise<HostArray[]> {
  setBackend(on);
  const compiled = compile((...inputs: Tensor[]) => f(inputs));
  const outputs = await compiled(...operands.map(({ spec, data }) => fromData(data, spec.shape, spec.dtype)));
  const values = await Promise.all(outputs.map((output) => output.data()));
  compiled.dispose();
  return values;
}

function expectClose(actual: HostArray, expected: HostArray, relative: number): void {
  expect(actual.length).toBe(expected.length);
  const largest = expected.reduce((max: number, x) => (Number.isFinite(x) ? Math.max(max, Math.abs(x)) : max), 0);
  const off: string[] = [];
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i]!, expected[i]!];
    const near = Number.isFinite(b) && Math.abs(a - b) <= relative * (Math.abs(b) + 0.01 * largest);
    if (a === b || Object.is(a, b) || near) continue;
    off.push(`[${i}] ${a}, expected ${b}`);
  }
  expect(off).toEqual([]);
}

function callOf(op: AnyOp, { attrs }: Sample<Attrs>): (inputs: Tensor[]) => Tensor {
  const callable = op as Op<Attrs>;
  return (inputs) => (inputs.length === 0 ? create(callable, attrs) : callable(inputs, attrs));
}

describe.each([...primitiveOps, ...compositeOps].map((op) => [op.definition.name, op] as const))('%s', (_, op) => {
  op.definition.samples.forEach((sample, at) => {
    const operands = sample.inputs.map((input, i) => operandOf(input, at * 16 + i));
    const label = `${at}: ${operands.map(({ spec }) => formatSpec(spec)).join(' ')} ${attrsKey(sample.attrs)} ${sample.note ?? ''}`;
    const call = callOf(op, sample);
    it(label, async () => {
      const [actual] = await run(backend, (inputs) => [call(inputs)], operands);
      const [expected] = await run(truth, (inputs) => [call(inputs)], operands);
      expectClose(actual!, expected!, sample.tolerance ?? 1e-5);
    });

    const floats = operands.flatMap(({ spec }, i) => (isFloat(spec.dtype) ? [i] : []));
    const result = op.definition.infer(
      operands.map(({ spec }) => spec),
      sample.attrs,
    );
    if (sample.gradient === false || floats.length === 0 || !isFloat(result.dtype)) return;
    const weights = Float32Array.from({ length: sizeOf(result.shape) }, (_, i) => 0.5 + ((i * 0.618034 + 0.31) % 1));
    it(`gradient of ${label}`, async () => {
      const slope = (inputs: Tensor[]): Tensor[] => {
        const y = call(inputs);
        return gradients(
          y.mul(fromData(weights, y.shape)).sum(),
          floats.map((i) => inputs[i]!),
        );
      };
      const actual = await run(backend, slope, operands);
      const expected = await run(truth, slope, operands);
      actual.forEach((values, i) => {
        expectClose(values, expected[i]!, Math.max(1e-4, sample.tolerance ?? 0));
      });
    });
  });
});
