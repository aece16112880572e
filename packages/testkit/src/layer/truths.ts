// What holds for every layer, whatever it computes, on the reference backend.
import {
  type AnyLayer,
  type LayerClass,
  type LayerRegistry,
  layerFromJSON,
  maskOf,
  registryOf,
  withMask,
} from '@nablajs/layers';
import { compile, ones, type Shape, setSeed, sizeOf, type Tensor } from '@nablajs/tensor';
import { expect } from 'vitest';
import { type Case, type CaseContext, NotApplicable } from '../case.ts';
import {
  applied,
  assign,
  built,
  type LayerCase,
  type LayerClaims,
  samplesOf,
  shapesOf,
  specsOf,
  type WeightClaims,
  weightValues,
} from './claims.ts';
import { compareGradients } from './gradients.ts';

type Truth = (claims: LayerClaims, context: CaseContext, registry: LayerRegistry) => Promise<void> | void;

const TRUTHS: Readonly<Record<string, Truth>> = {
  'shapes and weights': shapesAndWeights,
  configuration,
  'weights carry over': weightsCarryOver,
  'a mask passes, or ends': masking,
  'frozen means frozen': frozen,
  'gradients, inference': (claims, { backend }) => compareGradients(claims, backend, false),
  'gradients, training': (claims, { backend }) => compareGradients(claims, backend, true),
};

/** The tests of a layer that need no other backend. */
export function truthCases([title, claims]: LayerCase, registry: LayerRegistry): Case[] {
  return Object.entries(TRUTHS).map(([name, run]) => ({
    id: `${title}/${name}`,
    run: async (context) => run(claims, context, registry),
  }));
}

/** Built without computing, with the weights that are claimed, and an output of the shape that is claimed. */
function shapesAndWeights(claims: LayerClaims): void {
  const [weights, state] = [weightClaims(claims.weights), weightClaims(claims.state)];
  const layer = claims.make();
  expect(layer.weights).toEqual([]);
  const spec = layer.outputSpec(specsOf(claims) as never);
  const shapes = (Array.isArray(spec) ? spec : [spec]).map(({ shape }) => shape);
  expect(shapes).toEqual(shapesOf(claims.output));
  expect(layer.built).toBe(true);
  const namesOf = (variables: AnyLayer['weights']): [string, Shape][] =>
    variables.map(({ name, shape }) => [name.replace(/^.*\//, ''), shape]);
  expect(namesOf(layer.trainableWeights)).toEqual(weights);
  expect(namesOf(layer.nonTrainableWeights)).toEqual(state);
  const sizes = [...weights, ...state].map(([, shape]) => sizeOf(shape));
  expect(layer.countParams()).toBe(sizes.reduce((a, b) => a + b, 0));
}

function weightClaims(claims: WeightClaims = []): readonly (readonly [string, Shape])[] {
  return Array.isArray(claims) ? claims : Object.entries(claims);
}

/** One object equals positional arguments, and survives JSON. */
function configuration(claims: LayerClaims, _: CaseContext, registry: LayerRegistry): void {
  const layer = built(claims);
  const Class = layer.constructor as unknown as LayerClass;
  const all = { ...registry, ...registryOf(Class) };
  const described = layerFromJSON({ ...claims.make().toJSON(), config: claims.config }, all);
  expect(described.toJSON()).toEqual(claims.make().toJSON());
  layer.name = 'mine';
  layer.trainable = false;
  const json = JSON.parse(JSON.stringify(layer.toJSON()));
  expect(json).toEqual(layer.toJSON());
  const copy = layerFromJSON<AnyLayer>(json, all);
  expect(copy).toBeInstanceOf(Class);
  expect(copy.toJSON()).toEqual(layer.toJSON());
  expect([copy.name, copy.trainable]).toEqual(['mine', false]);
}

/** A copy from JSON with the same weights gives the same. */
async function weightsCarryOver(claims: LayerClaims, { backend }: CaseContext, registry: LayerRegistry): Promise<void> {
  const layer = built(claims);
  assign(layer, weightValues(layer));
  const all = { ...registry, ...registryOf(layer.constructor as unknown as LayerClass) };
  const copy = layerFromJSON<AnyLayer>(layer.toJSON(), all);
  copy.outputSpec(specsOf(claims) as never);
  assign(copy, weightValues(layer));
  const run = compile(
    (...xs: Tensor[]) => [applied(layer, claims, xs, false), applied(copy, claims, xs, false)] as const,
    { backend },
  );
  const [expected, found] = await run(...samplesOf(claims));
  for (const [i, y] of found.entries()) expect(await y.data()).toEqual(await expected[i]!.data());
  run.dispose();
}

/** The mask of the first input, `[batch, steps]`, is that of the first output exactly when the class says so. */
function masking(claims: LayerClaims): void {
  const layer = built(claims);
  const Class = layer.constructor as unknown as { readonly supportsMasking: boolean };
  const [x] = samplesOf(claims);
  if (x!.rank < 3 || Array.isArray(claims.input[0])) throw new NotApplicable('no steps to mask');
  const mask = ones(x!.shape.slice(0, 2), 'bool');
  const [y] = applied(layer, claims, [withMask(x!, mask)], false);
  // A layer with a rule of its own may give another mask, but not keep one that it does not say it passes.
  const passes = claims.mask ? claims.mask === 'passes' : Class.supportsMasking;
  if (passes) expect(maskOf(y!)).not.toBeNull();
  else expect(maskOf(y!)).not.toBe(mask);
}

/** Training mode changes nothing, and nothing is left to train. */
async function frozen(claims: LayerClaims, { backend }: CaseContext): Promise<void> {
  const trained = weightClaims(claims.weights).length;
  const layer = built(claims);
  const values = weightValues(layer);
  assign(layer, values);
  layer.trainable = false;
  expect(layer.trainableWeights).toHaveLength(0);
  expect(layer.nonTrainableWeights).toHaveLength(layer.weights.length);
  expect(layer.weights.every(({ trainable }) => !trainable)).toBe(true);
  if (layer.weights.length > 0) {
    const run = compile((...xs: Tensor[]) => applied(layer, claims, xs, true), { backend });
    setSeed(1);
    await run(...samplesOf(claims));
    for (const [i, { value }] of layer.weights.entries()) expect(await value.data()).toEqual(values[i]);
    run.dispose();
  }
  layer.trainable = true;
  expect(layer.trainableWeights).toHaveLength(trained);
  expect(layer.trainableWeights.every(({ trainable }) => trainable)).toBe(true);
}
