// Floating point operations, counted on the graph that would run.
import type { Layer } from '@nablajs/layers';
import { ConfigError, type Node, postOrder, type Spec, shapesOnly, sizeOf, Tensor, zeros } from '@nablajs/tensor';
import type { Model } from './model.ts';

/** FLOPs of one forward pass for one sample. A multiply-add counts as two; divide by two for MACs. */
export interface FlopsReport {
  readonly total: number;
  readonly layers: readonly { readonly name: string; readonly flops: number }[];
}

/** FLOPs per layer, for one sample. Throws ConfigError before the input shape is known. */
export function flopsOf(model: Model): FlopsReport {
  const input = model.inputSpec;
  if (!input)
    throw new ConfigError(
      `model '${model.name}': the input shape is unknown, so FLOPs are too. Call fit or build first, or begin with Input({ shape }).`,
    );
  let spec: Spec = input;
  const layers = model.layers.map((layer) => {
    const flops = layerFlops(layer, spec);
    spec = layer.outputSpec(spec);
    return { name: layer.name, flops };
  });
  return { total: layers.reduce((sum, { flops }) => sum + flops, 0), layers };
}

/** FLOPs of a layer in inference, for inputs of a spec. */
export function layerFlops(layer: Layer, input: Spec): number {
  return shapesOnly(() => {
    const x = zeros(input.shape, input.dtype);
    const y = layer.apply(x, { training: false });
    return nodeFlops([y.node], (node) => node.isLeaf || node === x.node);
  });
}

function nodeFlops(roots: readonly Node[], isLeaf: (node: Node) => boolean): number {
  return postOrder(roots, isLeaf).reduce((sum, node) => (isLeaf(node) ? sum : sum + opFlops(node)), 0);
}

function opFlops(node: Node): number {
  const { definition } = node.op!;
  if (definition.flops)
    return definition.flops(
      node.inputs.map((input) => input.spec),
      node.attrs,
      node.spec,
    );
  if (definition.elementwise) return sizeOf(node.spec.shape);
  if (!definition.decompose) return 0;
  const inputs = node.inputs.map((input) => new Tensor(input));
  const ends = new Set(node.inputs);
  return nodeFlops([definition.decompose(inputs, node.attrs).node], (below) => below.isLeaf || ends.has(below));
}
