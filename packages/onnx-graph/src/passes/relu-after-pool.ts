// max(relu(x)) = relu(max(x)): ReLU, its mask and its gradient move behind a pool, where there are fewer elements. Exact:
// where a window's maximum is positive it is the same cell with or without ReLU, elsewhere the gradient is zero.
import type { Graph, Instruction } from '@nablajs/tensor';
import { isZero, sameWindows } from './gated-pools.ts';
import { firstResult, usersOf, withCode } from './uses.ts';

interface Place {
  readonly at: number;
  readonly instruction: Instruction;
}

/** Moves every ReLU behind the pool that follows it, when nothing else needs what lies between. */
export function reluAfterPool(graph: Graph): Graph {
  const users = usersOf(graph);
  const replaced = new Map<number, Instruction>();
  graph.code.forEach((instruction, at) => {
    if (instruction.op !== 'relu') return;
    for (const [place, moved] of movedBehind(graph, users, { at, instruction }) ?? []) replaced.set(place, moved);
  });
  return withCode(graph, replaced);
}

/** New instructions at the places of the old ones, or null when the pattern is not there. */
function movedBehind(
  graph: Graph,
  users: readonly (readonly number[])[],
  relu: Place,
): [place: number, moved: Instruction][] | null {
  const first = firstResult(graph);
  const value = first + relu.at;
  const places = users[value]!;
  if (places.includes(-1)) return null;
  const among = (op: string): Place[] =>
    places.map((at) => ({ at, instruction: graph.code[at]! })).filter(({ instruction }) => instruction.op === op);
  const [pools, slopes, masks] = [among('maxPool'), among('maxPoolGradient'), among('less')];
  if (pools.length !== 1 || pools.length + slopes.length + masks.length !== places.length) return null;
  const [pool] = pools as [Place];
  const x = relu.instruction.operands[0]!;
  const pooled = first + pool.at;
  const moved: [number, Instruction][] = [
    // The pool takes the place of the ReLU, the ReLU that of the pool.
    [relu.at, { ...pool.instruction, operands: [x] }],
    [pool.at, { ...relu.instruction, operands: [value], spec: pool.instruction.spec }],
  ];
  if (slopes.length === 0 && masks.length === 0) return moved;
  if (slopes.length !== 1 || masks.length !== 1) return null;
  const [slope, mask] = [slopes[0]!, masks[0]!];
  const zero = mask.instruction.operands[0]!;
  const [user] = users[first + slope.at]!;
  const onlyChoice = users[first + slope.at]!.length === 1 && users[first + mask.at]!.length === 1;
  if (!onlyChoice || user === undefined || user < 0 || users[first + mask.at]![0] !== user) return null;
  const choice = graph.code[user]!;
  const fits =
    choice.op === 'where' &&
    choice.operands[0] === first + mask.at &&
    choice.operands[1] === first + slope.at &&
    isZero(graph, zero) &&
    isZero(graph, choice.operands[2]!) &&
    slope.instruction.operands[0] === value &&
    slope.instruction.operands[1] !== value &&
    sameWindows(pool.instruction.attrs, slope.instruction.attrs) &&
    pool.at < mask.at &&
    mask.at < slope.at;
  if (!fits) return null;
  const { spec } = pool.instruction;
  return [
    ...moved,
    [mask.at, { ...mask.instruction, operands: [zero, pooled], spec: { shape: spec.shape, dtype: 'bool' } }],
    [slope.at, { ...choice, operands: [first + mask.at, slope.instruction.operands[1]!, zero], spec }],
    [user, { ...slope.instruction, operands: [x, first + slope.at] }],
  ];
}
