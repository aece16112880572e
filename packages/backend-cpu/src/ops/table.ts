// Every op this backend runs itself. Most programs use few of them, so that families of ops are imported when a graph
// first has one: bundlers make a chunk of each, and pages fetch only those they need.
import type { Graph, Instruction, Spec } from '@nablajs/tensor';
import { base } from './base.ts';
import type { Family } from './family.ts';
import type { KernelLowering } from './lowering.ts';
import { alongLastAxis } from './softmax.ts';

interface LazyFamily {
  readonly ops: readonly string[];
  readonly load: () => Promise<Family>;
  /** As in the rows, which are not there yet when it is asked. */
  readonly supports?: KernelLowering['supports'];
  /** Whether a graph needs it for more than its ops. */
  readonly serves?: (graph: Graph) => boolean;
}

function family<const Op extends string>(
  ops: readonly Op[],
  load: () => Promise<Family<Op>>,
  supports?: KernelLowering['supports'],
): LazyFamily {
  return { ops, load, supports };
}

const FAMILIES: readonly LazyFamily[] = [
  family(['concat', 'pad'], async () => {
    const { pieces } = await import('./pieces.ts');
    return pieces;
  }),
  family(['expm1', 'log', 'log1p', 'tanh', 'erf', 'sin', 'cos', 'pow', 'floorDiv', 'mod'], async () => {
    const { functions } = await import('./functions.ts');
    return functions;
  }),
  family(
    ['logSoftmax'],
    async () => {
      const { logSoftmax } = await import('./log-softmax.ts');
      return logSoftmax;
    },
    alongLastAxis,
  ),
  family(['conv', 'convInputGradient', 'convKernelGradient'], async () => {
    const { convolution } = await import('./convolution.ts');
    return convolution;
  }),
  family(['maxPool', 'maxPoolGradient', 'maxPoolPick', 'avgPool', 'avgPoolGradient'], async () => {
    const { pooling } = await import('./pooling.ts');
    return pooling;
  }),
  family(['resize', 'resizeGradient'], async () => {
    const { resizing } = await import('./resizing.ts');
    return resizing;
  }),
  family(['argMax', 'argMin', 'argsort', 'cumsum'], async () => {
    const { ordering } = await import('./ordering.ts');
    return ordering;
  }),
  family(['gather', 'scatterAdd'], async () => {
    const { indexing } = await import('./indexing.ts');
    return indexing;
  }),
  family(['randomBits'], async () => {
    const { random } = await import('./random.ts');
    return random;
  }),
  {
    ops: [],
    load: async () => {
      const { normalization } = await import('./normalization.ts');
      return normalization;
    },
    serves: squaresDifferences,
  },
];

/** Whether a graph may have variances: squares of differences from what it computes. */
function squaresDifferences({ inputs, constants, code }: Graph): boolean {
  const made = (number: number): Instruction | undefined => code[number - inputs.length - constants.length];
  return code.some(({ op, operands: [a, b] }) => {
    const difference = op === 'mul' && a === b ? made(a!) : undefined;
    return difference?.op === 'sub' && made(difference.operands[1]!) !== undefined;
  });
}

/** The names of all ops. What is not here is decomposed before a graph arrives, or refused. */
export const OPS: ReadonlySet<string> = new Set([...Object.keys(base.rows), ...FAMILIES.flatMap(({ ops }) => ops)]);

/** The families that a graph needs. */
export async function familiesOf(graph: Graph): Promise<readonly Family[]> {
  const ops = new Set(graph.code.map(({ op }) => op));
  const needed = FAMILIES.filter((family) => family.serves?.(graph) ?? family.ops.some((op) => ops.has(op)));
  return [base, ...(await Promise.all(needed.map(({ load }) => load())))];
}

/** Why an op cannot run some call, or `true`. Imports nothing. */
export function supports({ op, attrs }: Instruction, operands: readonly Spec[]): true | string {
  const row = base.rows[op];
  const { supports } = row?.kind === 'kernel' ? row : (FAMILIES.find(({ ops }) => ops.includes(op)) ?? {});
  return supports?.(attrs, operands) ?? true;
}
