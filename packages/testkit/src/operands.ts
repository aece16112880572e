// The operands of a sample: drawn from its ranges, the same on every machine.
import {
  type DType,
  formatSpec,
  fromData,
  type HostArray,
  hostArray,
  randomWords,
  type SampleInput,
  type Shape,
  type Spec,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';

/** Values on the host with their spec. */
export interface Operand {
  readonly spec: Spec;
  readonly data: HostArray;
}

/** What a sample input leaves to its reader, filled in. */
export interface OperandPlan {
  readonly spec: Spec;
  readonly range: readonly [number, number];
  readonly values: readonly number[] | undefined;
}

const DEFAULT_RANGE: Readonly<Record<DType, readonly [number, number]>> = {
  float32: [-2, 2],
  float16: [-2, 2],
  float64: [-2, 2],
  int32: [0, 4],
  uint32: [0, 4],
  bool: [0, 1],
};

/** A sample input with its defaults. */
export function planOf(input: SampleInput): OperandPlan {
  const { shape, dtype, range, values } = 'shape' in input ? input : { shape: input as Shape };
  const kind = dtype ?? 'float32';
  return { spec: { shape, dtype: kind }, range: range ?? DEFAULT_RANGE[kind], values };
}

/** The values of a plan, a pure function of `seed` and `position`. Floats are float32 numbers in every float dtype. */
export function operandOf({ spec, range: [low, high], values }: OperandPlan, seed: number, position: number): Operand {
  const size = sizeOf(spec.shape);
  const data = hostArray(spec.dtype, size);
  if (values) {
    if (values.length !== size) throw new Error(`a sample gives ${values.length} values for ${formatSpec(spec)}`);
    data.set(values);
    return { spec, data };
  }
  const words = randomWords([seed, 0], position, size);
  const whole = spec.dtype === 'int32' || spec.dtype === 'uint32' || spec.dtype === 'bool';
  for (let i = 0; i < size; i++) {
    const unit = words[i]! / 2 ** 32;
    data[i] = whole ? low + Math.floor(unit * (high - low + 1)) : Math.fround(low + unit * (high - low));
  }
  return { spec, data };
}

/** An operand as a tensor. */
export function tensorOf({ spec, data }: Operand): Tensor {
  return fromData(data, spec.shape, spec.dtype);
}

/** A number for a text, to seed with. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
