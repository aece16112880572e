import { reference } from '@nablajs/backend-reference';
import { builtinLayers, builtinPieces, type LayerRegistry } from '@nablajs/layers';
import type { AnyOp, Backend } from '@nablajs/tensor';
import { register } from '../register.ts';
import type { Skip, Widening } from '../skip.ts';
import { agreementCase } from './agreement.ts';
import type { LayerCase, LayerClaims } from './claims.ts';
import { truthCases } from './truths.ts';

/** Options of {@link describeLayer} and {@link describeLayers}. */
export interface DescribeLayerOptions {
  /** Layers that may be inside of others, beside Nabla's own. */
  readonly registry?: LayerRegistry;
  /** Ops of plugins, for the reference backend. */
  readonly ops?: readonly AnyOp[];
  /** Tests known to fail, with reasons. One that passes fails the run. */
  readonly skip?: readonly Skip[];
  /** Tests that need a larger relative tolerance, with reasons. */
  readonly tolerances?: readonly Widening[];
  /** Only compare the backends with the reference: what needs no backend is tested elsewhere. Default `false`. */
  readonly onlyAgreement?: boolean;
}

/**
 * Makes vitest tests of a layer: that it has the shapes and weights that are claimed, survives JSON, passes masks or ends
 * them as its class says, keeps everything while frozen, that its gradients agree with finite differences in both modes, and
 * that one training step agrees with the reference on every backend and lowers a loss.
 * @param backends what to train on beside the reference, by name
 * @example
 * describeLayer('GhostNorm', {
 *   make: () => new GhostNorm({ groups: 2 }),
 *   config: { groups: 2 },
 *   input: [3, 4],
 *   output: [3, 4],
 *   weights: { gain: [4] },
 * }, { cpu: () => cpu() });
 */
export function describeLayer(
  title: string,
  claims: LayerClaims,
  backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {},
  options: DescribeLayerOptions = {},
): void {
  describeLayers([[title, claims]], backends, options);
}

/** {@link describeLayer} for many, which starts each backend once. */
export function describeLayers(
  list: readonly LayerCase[],
  backends: Readonly<Record<string, () => Backend | Promise<Backend>>> = {},
  { registry = {}, ops = [], skip = [], tolerances = [], onlyAgreement = false }: DescribeLayerOptions = {},
): void {
  const agreement = list.map(agreementCase);
  const truths = list.flatMap((one, i) => [
    ...truthCases(one, { ...builtinLayers, ...builtinPieces, ...registry }),
    agreement[i]!,
  ]);
  const rest = { skip, tolerances, ops };
  if (!onlyAgreement) register({ title: 'layers', make: () => reference({ ops }), cases: truths, ...rest });
  for (const [name, make] of Object.entries(backends)) {
    register({ title: `layers on ${name}`, make, cases: agreement, ...rest });
  }
}
