// What every layer must do, whatever it computes.
import { checkGradients, gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  fromData,
  RandomStream,
  randomUniform,
  type Shape,
  type Spec,
  setBackend,
  setSeed,
  sizeOf,
  type Tensor,
  type Variable,
  withRandomStream,
} from '@nablajs/tensor';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtinLayers, type Layer, layerFromJSON } from '../src/index.ts';

/** Uses the reference backend and one seed in the tests of a file. */
export function onReference(): void {
  beforeAll(() => setBackend(reference()));
  beforeEach(() => setSeed(7));
}

/** What is claimed about a layer. */
export interface LayerClaims {
  readonly make: () => Layer;
  /** The same layer from its whole configuration as one object. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly input: Shape;
  readonly output: Shape;
  /** Names and shapes in the order of `weights`; those of the state follow those that are trained. */
  readonly weights?: Readonly<Record<string, Shape>>;
  readonly state?: Readonly<Record<string, Shape>>;
}

/** A title, and the claims. */
export type LayerCase = readonly [title: string, claims: LayerClaims];

/** Tests the claims, and what holds for all layers: JSON round trip, gradients, freezing, learning. */
export function describeLayer(title: string, claims: LayerClaims): void {
  const { make, config, input, output, weights = {}, state = {} } = claims;
  const spec: Spec = { shape: input, dtype: 'float32' };
  const built = (): Layer => {
    const layer = make();
    layer.outputSpec(spec);
    return layer;
  };

  describe(title, () => {
    onReference();

    test('shapes: of the output, of the weights in order, counted without computing', () => {
      const layer = make();
      expect(layer.built).toBe(false);
      expect(layer.outputSpec(spec)).toEqual({ shape: output, dtype: 'float32' });
      expect(layer.built).toBe(true);
      const found = layer.weights.map(({ name, shape }) => [name.replace(/^.*\//, ''), shape]);
      expect(found).toEqual([...Object.entries(weights), ...Object.entries(state)]);
      const sizes = [...Object.values(weights), ...Object.values(state)].map(sizeOf);
      expect(layer.countParams()).toBe(sizes.reduce((a, b) => a + b, 0));
      expect(layer.trainableWeights).toHaveLength(Object.keys(weights).length);
      expect(layer.nonTrainableWeights).toHaveLength(Object.keys(state).length);
    });

    test('configuration: one object equals positional arguments, and survives JSON', async () => {
      const layer = built();
      const Class = builtinLayers[layer.type]!;
      expect(Reflect.construct(Class, [config]).toJSON()).toEqual(make().toJSON());
      layer.name = 'mine';
      layer.trainable = false;
      const json = JSON.parse(JSON.stringify(layer.toJSON()));
      expect(json).toEqual(layer.toJSON());
      const copy = layerFromJSON(json, builtinLayers);
      expect(copy).toBeInstanceOf(Class);
      expect(copy.toJSON()).toEqual(layer.toJSON());
      expect([copy.name, copy.trainable]).toEqual(['mine', false]);
      copy.outputSpec(spec);
      for (const [i, weight] of layer.weights.entries()) copy.weights[i]!.assign(weight.value);
      const x = sampleOf(input);
      expect(await copy.apply(x).data()).toEqual(await layer.apply(x).data());
    });

    test.each([false, true])('gradients agree with finite differences (training: %s)', async (training) => {
      const layer = built();
      const values = await Promise.all(layer.weights.map((weight) => jittered(weight)));
      const trained = layer.trainableWeights.length;
      for (const [i, value] of values.entries()) layer.weights[i]!.assign(value);
      const f = (x: Tensor, ...at: Tensor[]): Tensor => {
        for (const [i, value] of at.entries()) layer.weights[i]!.assign(value);
        return withRandomStream(new RandomStream(3), () => layer.apply(x, { training }));
      };
      await checkGradients(f, [sampleOf(input), ...values.slice(0, trained)]);
    });

    test('frozen means frozen: training mode changes nothing, and nothing is left to train', async () => {
      const layer = built();
      layer.trainable = false;
      expect(layer.trainableWeights).toHaveLength(0);
      expect(layer.nonTrainableWeights).toHaveLength(layer.weights.length);
      expect(layer.weights.every(({ trainable }) => !trainable)).toBe(true);
      const before = await Promise.all(layer.weights.map(({ value }) => value.data()));
      await layer.apply(sampleOf(input), { training: true }).data();
      expect(await Promise.all(layer.weights.map(({ value }) => value.data()))).toEqual(before);
      layer.trainable = true;
      expect(layer.trainableWeights).toHaveLength(Object.keys(weights).length);
      expect(layer.trainableWeights.every(({ trainable }) => trainable)).toBe(true);
    });

    if (Object.keys(weights).length === 0) return;
    test('one step of gradient descent lowers a loss, in a compiled step that also builds the layer', async () => {
      const layer = make();
      const [x, truth] = [sampleOf(input), sampleOf(output, 5)];
      const loss = (): Tensor => layer.apply(x, { training: true }).sub(truth).square().mean();
      const step = compile(() => {
        const before = loss();
        const found = gradients(before, layer.trainableWeights);
        for (const [i, gradient] of found.entries()) {
          const weight = layer.trainableWeights[i]!;
          weight.assign(weight.value.sub(gradient.mul(0.01)));
        }
        return before;
      });
      const first = await (await step()).item();
      const second = await (await step()).item();
      expect(second).toBeLessThan(first);
      expect(step.stats.traces).toBe(1);
    });
  });
}

/** Values of both signs that lie apart from each other and from 0, where some functions bend. */
export function sampleOf(shape: Shape, start: number = 0): Tensor {
  const size = sizeOf(shape);
  const step = 7;
  const values = Float32Array.from({ length: size }, (_, i) => {
    const place = ((i + start) * step) % (size % step === 0 ? size + 1 : size);
    return (place - size / 2 + 0.25) * (2 / size);
  });
  return fromData(values, shape);
}

async function jittered(weight: Variable): Promise<Tensor> {
  const value = weight.value.add(randomUniform(weight.shape, { minval: 0.05, maxval: 0.2 }));
  return fromData(await value.data(), weight.shape);
}
