// What is claimed about a layer, and what follows from it.
import { type AnyLayer, listOf } from '@nablajs/layers';
import {
  type DType,
  fromData,
  type HostArray,
  hostArray,
  type Shape,
  type Spec,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';

/** Names and shapes, as a record or as a list. */
export type WeightClaims = Readonly<Record<string, Shape>> | readonly (readonly [name: string, shape: Shape])[];

/** What a layer is held to. Small shapes will do: every element costs time. */
export interface LayerClaims {
  readonly make: () => AnyLayer;
  /** The same layer from its whole configuration as one object, as files hold it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Shape of the input, batch first; a list of shapes for a layer that takes a list. */
  readonly input: Shape | readonly Shape[];
  /** Of the input. Default `float32`; whole numbers count up from 0 to 3. */
  readonly dtype?: DType;
  /** Shape of the output, or of each. */
  readonly output: Shape | readonly Shape[];
  /** Names and shapes of the weights that are trained, in order; a list where layers inside share names. Default none. */
  readonly weights?: WeightClaims;
  /** Names and shapes of all others, in order. Default none. */
  readonly state?: WeightClaims;
  /** What becomes of the mask of the first input. Default: it passes exactly when the class has `supportsMasking`. */
  readonly mask?: 'passes' | 'ends';
  /**
   * When gradients are those of the output: `'inference'` for a layer that changes its weights before it uses them while
   * training, `'never'` for one that jumps. Default `'always'`.
   */
  readonly differences?: 'always' | 'inference' | 'never';
}

/** A title, and the claims. */
export type LayerCase = readonly [title: string, claims: LayerClaims];

/** True for a list of shapes. */
function isList(shapes: Shape | readonly Shape[]): shapes is readonly Shape[] {
  return Array.isArray(shapes[0]);
}

/** The shapes of a claim as a list. */
export function shapesOf(shapes: Shape | readonly Shape[]): readonly Shape[] {
  return isList(shapes) ? shapes : [shapes];
}

/** Specs in the form the layer takes them. */
export function specsOf({ input, dtype = 'float32' }: LayerClaims): Spec | readonly Spec[] {
  return isList(input) ? input.map((shape) => ({ shape, dtype })) : { shape: input, dtype };
}

/** The layer with its weights made, but not their values. */
export function built(claims: LayerClaims): AnyLayer {
  const layer = claims.make();
  layer.outputSpec(specsOf(claims) as never);
  return layer;
}

/** Applies a layer to a list of inputs in the form it takes; the outputs as a list. */
export function applied(
  layer: AnyLayer,
  { input }: LayerClaims,
  xs: readonly Tensor[],
  training: boolean,
): readonly Tensor[] {
  return listOf<Tensor>(layer.apply((isList(input) ? xs : xs[0]!) as never, { training }) as Tensor);
}

/** The inputs of a case: of both signs, apart from each other and from 0, where some functions bend. */
export function samplesOf({ input, dtype = 'float32' }: LayerClaims): readonly Tensor[] {
  return shapesOf(input).map((shape, i) => fromData(valuesFor(shape, dtype, 3 * i), shape, dtype));
}

function valuesFor(shape: Shape, dtype: DType, start: number): HostArray {
  const size = sizeOf(shape);
  const values = hostArray(dtype, size);
  if (!dtype.startsWith('float')) return values.map((_, i) => (i + start) % (dtype === 'bool' ? 2 : 4)) as HostArray;
  const step = size % 7 === 0 ? size + 1 : size;
  for (let i = 0; i < size; i++) values[i] = ((((i + start) * 7) % step) - size / 2 + 0.25) * (2 / size);
  return values;
}

/** Values for weights: of both signs and away from 0 for those that are trained, positive for state such as variances. */
export function weightValues(layer: AnyLayer): readonly HostArray[] {
  const trained = new Set(layer.trainableWeights);
  return layer.weights.map((weight, k) => {
    const values = hostArray(weight.dtype, weight.size);
    for (let i = 0; i < weight.size; i++) {
      const size = 0.2 + 0.6 * (((i + 1) * 0.618034 + 0.37 * k) % 1);
      values[i] = trained.has(weight) && (i + k) % 3 === 2 ? -size : size;
    }
    return values;
  });
}

/** Gives the weights of a layer values. */
export function assign(layer: AnyLayer, values: readonly HostArray[]): void {
  for (const [i, weight] of layer.weights.entries())
    weight.assign(fromData(values[i]!.slice() as HostArray, weight.shape, weight.dtype));
}
