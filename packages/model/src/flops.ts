// Floating point operations, counted on the graph that would run.
import { listOf, mapEach } from '@nablajs/layers';
import { ConfigError, type Node, postOrder, type Spec, shapesOnly, sizeOf, Tensor, zeros } from '@nablajs/tensor';
import type { AnyModel } from './model.ts';
import { layerLabel } from './names.ts';

/** FLOPs of one forward pass for one sample. A multiply-add counts as two; divide by two for MACs. */
export interface FlopsReport {
  readonly total: number;
  readonly layers: readonly { readonly name: string; readonly flops: number }[];
}

/** FLOPs per layer, for one sample; those of a layer that is used several times are added. Throws ConfigError before the input shape is known. */
export function flopsOf(model: AnyModel): FlopsReport {
  const input = model.inputSpec;
  if (!input)
    throw new ConfigError(
      `model '${model.name}': the input shape is unknown, so FLOPs are too. Call fit or build first, or begin with Input({ shape }).`,
    );
  const batch = Math.max(1, listOf<Spec>(input)[0]!.shape[0]!);
  const own = layerLabel(model);
  const byLayer = new Map<string, number>();
  const total = shapesOnly(() => {
    const x = mapEach<Spec, Tensor>(input, ({ shape, dtype }) => zeros(shape, dtype));
    const ends = new Set(listOf<Tensor>(x).map(({ node }) => node));
    const roots = listOf<Tensor>(model.apply(x, { training: false })).map(({ node }) => node);
    return nodeFlops(
      roots,
      (node) => node.isLeaf || ends.has(node),
      ({ path }, flops) => {
        // The first layer inside of the model, which is in the path itself when it is a part of another one.
        const [outer, inner] = path.split(' > ', 2);
        const label = (outer === own ? inner : outer) ?? '';
        byLayer.set(label, (byLayer.get(label) ?? 0) + flops);
      },
    );
  });
  const layers = model.layers.map((layer) => ({
    name: layer.name,
    flops: (byLayer.get(layerLabel(layer)) ?? 0) / batch,
  }));
  return { total: total / batch, layers };
}

function nodeFlops(
  roots: readonly Node[],
  isLeaf: (node: Node) => boolean,
  count: (node: Node, flops: number) => void = () => undefined,
): number {
  return postOrder(roots, isLeaf).reduce((sum, node) => {
    if (isLeaf(node)) return sum;
    const flops = opFlops(node);
    count(node, flops);
    return sum + flops;
  }, 0);
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
