// Which instructions pass over batches of images, and how many images at a time: a few images' worth stays in the processor's
// own cache between a convolution, its pool and their gradients, where a whole batch goes through memory at every step.
import { type Graph, type Instruction, type Spec, sizeOf, specOf } from '@nablajs/tensor';
import { firstResult, neededBy } from './uses.ts';

/** What an instruction does when its images come in tiles. */
export interface ByImages {
  /** Operands that come in tiles; the others are the same for all images. */
  readonly cut: readonly boolean[];
  /** Whether the result is the sum of what the tiles give; otherwise it comes in tiles itself. */
  readonly sum: boolean;
  /** Images of each tile. */
  readonly tiles: readonly number[];
}

/** Ops of convolution and pooling: how many of their operands are images, and whether the result is a sum over all images. */
const ON_IMAGES: Readonly<Record<string, { readonly images: number; readonly sum: boolean }>> = {
  conv: { images: 1, sum: false },
  convInputGradient: { images: 1, sum: false },
  convKernelGradient: { images: 2, sum: true },
  maxPool: { images: 1, sum: false },
  maxPoolGradient: { images: 2, sum: false },
  maxPoolPick: { images: 2, sum: false },
  avgPool: { images: 1, sum: false },
  avgPoolGradient: { images: 1, sum: false },
};

/** Batch, height, width, channels. */
const RANK = 4;

/** Sessions open the slower the more nodes there are; with more instructions than this a group stays whole. */
const MOST_INSTRUCTIONS = 1000;

/**
 * Groups of instructions that hand images to each other, convolution or pooling among them, where tensors have more than `most`
 * elements: what each does, by the value it makes.
 */
export function byImages(
  graph: Graph,
  most: number,
  elementwise: (op: string) => boolean,
): ReadonlyMap<number, ByImages> {
  const found = new Map<number, ByImages>();
  if (most === 0) return found;
  const first = firstResult(graph);
  const needed = neededBy(graph);
  const candidates = new Map<number, Omit<ByImages, 'tiles'>>();
  graph.code.forEach((instruction, at) => {
    const known = (value: number): boolean => candidates.get(value)?.sum === false;
    const candidate = needed.has(first + at) ? candidateOf(graph, instruction, elementwise, known) : null;
    if (candidate) candidates.set(first + at, candidate);
  });
  for (const group of groupsOf(graph, candidates)) {
    const tiles = tilesOf(graph, group, candidates, most);
    if (tiles.length < 2 || tiles.length * group.length > MOST_INSTRUCTIONS) continue;
    for (const value of group) found.set(value, { ...candidates.get(value)!, tiles });
  }
  return found;
}

/** Sums of halves would be rounded once per tile. */
function isBatch({ shape, dtype }: Spec): boolean {
  return shape.length === RANK && shape[0]! > 1 && dtype !== 'float16';
}

function candidateOf(
  graph: Graph,
  { op, operands, attrs, spec }: Instruction,
  elementwise: (op: string) => boolean,
  inTiles: (value: number) => boolean,
): Omit<ByImages, 'tiles'> | null {
  const specs = operands.map((operand) => specOf(graph, operand));
  if ([...specs, spec].some(({ shape }) => sizeOf(shape) === 0)) return null;
  const known = ON_IMAGES[op];
  if (known) return isBatch(specs[0]!) ? { cut: specs.map((_, i) => i < known.images), sum: known.sum } : null;
  if (op === 'sum') {
    const overBatch = spec.dtype === 'float32' && (attrs['axes'] as readonly number[]).includes(0);
    return overBatch && inTiles(operands[0]!) ? { cut: [true], sum: true } : null;
  }
  if (!elementwise(op) || !isBatch(spec)) return null;
  const cut = specs.map(({ shape }) => shape.length === RANK && shape[0] === spec.shape[0]);
  return cut.includes(true) ? { cut, sum: false } : null;
}

/** Candidates connected by values in tiles; only groups with convolutions or pools, which give images back smaller or larger. */
function groupsOf(graph: Graph, candidates: ReadonlyMap<number, Omit<ByImages, 'tiles'>>): readonly number[][] {
  const first = firstResult(graph);
  const groupOf = new Map<number, Set<number>>();
  for (const [value, { cut }] of candidates) {
    const joined = new Set([value]);
    graph.code[value - first]!.operands.forEach((operand, i) => {
      if (!cut[i] || candidates.get(operand)?.sum !== false || joined.has(operand)) return;
      for (const member of groupOf.get(operand)!) joined.add(member);
    });
    for (const member of joined) groupOf.set(member, joined);
  }
  const groups = [...new Set(groupOf.values())].map((members) => [...members]);
  return groups.filter((group) => group.some((value) => graph.code[value - first]!.op in ON_IMAGES));
}

/** Images per tile, all alike where some number of tiles near the least divides the batch. */
function tilesOf(
  graph: Graph,
  group: readonly number[],
  candidates: ReadonlyMap<number, Omit<ByImages, 'tiles'>>,
  most: number,
): readonly number[] {
  const values = group.flatMap((value) => {
    const { cut, sum } = candidates.get(value)!;
    const taken = graph.code[value - firstResult(graph)]!.operands.filter((_, i) => cut[i]);
    return sum ? taken : [...taken, value];
  });
  const images = specOf(graph, values[0]!).shape[0]!;
  const largest = Math.max(...values.map((value) => sizeOf(specOf(graph, value).shape)));
  const least = Math.min(images, Math.ceil(largest / most));
  const even = Array.from({ length: least }, (_, i) => least + i).find((count) => images % count === 0);
  const each = Math.ceil(images / (even ?? least));
  return Array.from({ length: Math.ceil(images / each) }, (_, i) => Math.min(each, images - i * each));
}
