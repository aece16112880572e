// Sums of a tensor and a multiple of another, as the steps of optimizers are.
import { type Graph, sizeOf, specOf } from '@nablajs/tensor';
import type { Chain } from './tiles.ts';
import { firstResult, usersOf } from './uses.ts';

/** `sum + factor x`, or `sum - factor x`: values of the graph, the factor a single number. */
export interface MultiplyAdd {
  readonly sum: number;
  readonly x: number;
  readonly factor: number;
  readonly minus: boolean;
}

/** The additions and subtractions of a chain whose second term is a product with a number that nothing else needs, by place. */
export function multiplyAdds(graph: Graph, { places }: Chain): ReadonlyMap<number, MultiplyAdd> {
  const first = firstResult(graph);
  const users = usersOf(graph);
  const inside = new Set(places);
  const isNumber = (value: number): boolean => sizeOf(specOf(graph, value).shape) === 1;
  const termOf = (value: number): Pick<MultiplyAdd, 'x' | 'factor'> | null => {
    const at = value - first;
    const maker = inside.has(at) ? graph.code[at]! : null;
    if (maker?.op !== 'mul' || users[value]!.length !== 1) return null;
    const [a, b] = maker.operands as [number, number];
    if (isNumber(a) === isNumber(b)) return null;
    return isNumber(a) ? { x: b, factor: a } : { x: a, factor: b };
  };
  const found = new Map<number, MultiplyAdd>();
  for (const place of places) {
    const { op, operands, spec } = graph.code[place]!;
    if ((op !== 'add' && op !== 'sub') || spec.dtype !== 'float32') continue;
    const [a, b] = operands as [number, number];
    const pairs =
      op === 'add'
        ? [
            { sum: a, term: b },
            { sum: b, term: a },
          ]
        : [{ sum: a, term: b }];
    for (const { sum, term } of pairs) {
      const product = isNumber(sum) || found.has(place) ? null : termOf(term);
      if (product && product.x !== sum) found.set(place, { ...product, sum, minus: op === 'sub' });
    }
  }
  return found;
}
