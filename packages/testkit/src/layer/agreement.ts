// One training step on a backend: everything it computes, held against the reference backend, and against its purpose.
import { gradients } from '@nablajs/autograd';
import type { AnyLayer } from '@nablajs/layers';
import {
  type Backend,
  compile,
  type HostArray,
  isFloat,
  type Shape,
  sameShape,
  setSeed,
  type Tensor,
} from '@nablajs/tensor';
import { type Case, NotApplicable } from '../case.ts';
import { expectClose } from '../close.ts';
import { weightsLike } from '../differences.ts';
import {
  applied,
  assign,
  built,
  type LayerCase,
  type LayerClaims,
  samplesOf,
  shapesOf,
  weightValues,
} from './claims.ts';

/** Of products and of sums of many values. */
const RELATIVE = 1e-4;
/** A gradient may be the sum of terms that cancel, such as that of a bias before a softmax: 0, but for rounding. */
const CANCELS = 0.01;
const RATE = 0.01;
const SEED = 3;

interface Outcome {
  readonly shapes: readonly Shape[];
  /** By name: outputs in both modes, gradients, weights after the step. */
  readonly values: ReadonlyMap<string, HostArray>;
  readonly losses: readonly [first: number, second: number];
  readonly learns: boolean;
}

/** The step of a layer on a backend agrees with the reference, and lowers the loss it is made for. */
export function agreementCase([title, claims]: LayerCase): Case {
  let truth: Promise<Outcome> | undefined;
  return {
    id: `${title}/one training step`,
    run: async ({ backend, truth: reference, relative }) => {
      truth ??= stepOn(reference, claims);
      const expected = await truth;
      const found = await stepOn(backend, claims);
      for (const [i, shape] of found.shapes.entries()) {
        if (!sameShape(shape, shapesOf(claims.output)[i]!)) throw new Error(`output ${i} has shape [${shape}]`);
      }
      const tolerance = { relative: relative(RELATIVE), floor: 1 };
      const slope = CANCELS * largestGradient(expected);
      for (const [name, values] of found.values) {
        const least = name.startsWith('gradient') ? slope : 0;
        expectClose(name, values, expected.values.get(name)!, { ...tolerance, least });
      }
      const [first, second] = found.losses;
      if (found.learns && !(second < first)) throw new Error(`the loss went from ${first} to ${second} in one step`);
    },
  };
}

function largestGradient({ values }: Outcome): number {
  let largest = 0;
  for (const [name, array] of values) {
    if (name.startsWith('gradient')) for (const value of array) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

async function stepOn(backend: Backend, claims: LayerClaims): Promise<Outcome> {
  for (const dtype of [claims.dtype ?? 'float32'] as const) {
    if (!backend.capabilities.dtypes.has(dtype)) throw new NotApplicable(`${backend.name} has no ${dtype}`);
  }
  const layer = built(claims);
  assign(layer, weightValues(layer));
  const xs = samplesOf(claims);
  const train = compile((...inputs: Tensor[]) => trainingStep(layer, claims, inputs), { backend, name: 'layer step' });
  try {
    setSeed(SEED);
    const first = await train(...xs);
    const values = new Map<string, HostArray>();
    for (const [name, value] of Object.entries(first)) values.set(name, await value.data());
    for (const { name, value } of layer.weights) values.set(`${name} after the step`, await value.data());
    setSeed(SEED);
    const second = await train(...xs);
    const shapes = Object.entries(first).flatMap(([name, { shape }]) => (name.startsWith('inferred') ? [shape] : []));
    const losses = [values.get('loss')![0]!, (await second['loss']!.data())[0]!] as const;
    return { shapes, values, losses, learns: layer.trainableWeights.length > 0 };
  } finally {
    train.dispose();
  }
}

function trainingStep(layer: AnyLayer, claims: LayerClaims, inputs: readonly Tensor[]): Record<string, Tensor> {
  const inferred = applied(layer, claims, inputs, false);
  const outputs = applied(layer, claims, inputs, true);
  const loss = lossOf(outputs);
  const wide = inputs.filter(({ dtype }) => isFloat(dtype));
  const weights = layer.trainableWeights;
  const slopes = gradients(loss, [...wide, ...weights]);
  for (const [i, weight] of weights.entries()) weight.assign(weight.value.sub(slopes[wide.length + i]!.mul(RATE)));
  return { loss, ...named('inferred', inferred), ...named('trained', outputs), ...named('gradient', slopes) };
}

/** A sum with fixed uneven weights: its gradient costs a backend no kernels. */
function lossOf(outputs: readonly Tensor[]): Tensor {
  const floats = outputs.map((y) => (isFloat(y.dtype) ? y : y.cast('float32')));
  return floats.map((y) => y.mul(weightsLike(y)).sum()).reduce((a, b) => a.add(b));
}

function named(name: string, values: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(values.map((value, i) => [`${name} ${i}`, value]));
}
