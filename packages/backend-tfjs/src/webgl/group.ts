// Chains of elementwise ops as one program each: their values never leave the shader.
import { type Instruction, type Spec, sizeOf } from '@nablajs/tensor';
import type { Call, Lowering } from '../lower/lowering.ts';
import type { Code, Unit } from '../run/unit.ts';
import { EXPRESSIONS } from './expressions.ts';
import { literal } from './math.ts';
import { broadcastIndex, runShader, shaderCode } from './program.ts';

/** More inputs than this could exceed the texture units of a device, which has 16 at least, or 8 on old phones. */
const MOST_INPUTS = 7;
const MOST_MEMBERS = 64;

function canBegin({ op, spec }: Instruction): boolean {
  return Object.hasOwn(EXPRESSIONS, op) && sizeOf(spec.shape) > 0;
}

function canJoin(instruction: Instruction, size: number): boolean {
  const { op, spec } = instruction;
  return sizeOf(spec.shape) === size && (canBegin(instruction) || op === 'broadcastTo' || op === 'reshape');
}

function isGenerated({ op }: Instruction): boolean {
  return op === 'full' || op === 'iota';
}

/** Gathers elementwise instructions that no other unit covers, latest first. */
export function groupElementwise(graph: Code, covered: ReadonlySet<number>): Unit[] {
  const taken = new Set(covered);
  const units: Unit[] = [];
  for (let last = graph.code.length - 1; last >= 0; last--) {
    if (taken.has(last) || !canBegin(graph.code[last]!)) continue;
    const members = grow(graph, last, taken);
    for (const member of members) taken.add(member);
    units.push(unitOf(graph, last, members));
  }
  return units;
}

/** The producers of `last` that nobody outside the group reads, latest first. */
function grow(graph: Code, last: number, taken: ReadonlySet<number>): Set<number> {
  const members = new Set([last]);
  const size = sizeOf(graph.code[last]!.spec.shape);
  const pending = new Set<number>();
  const refused = new Set<number>();
  const enqueue = (position: number): void => {
    for (const operand of graph.code[position]!.operands) {
      if (operand >= graph.first && !refused.has(operand - graph.first)) pending.add(operand - graph.first);
    }
  };
  enqueue(last);
  while (pending.size > 0 && members.size < MOST_MEMBERS) {
    // All readers of the latest one are known to be in or out.
    const next = Math.max(...pending);
    pending.delete(next);
    const value = graph.first + next;
    const joins =
      !taken.has(next) &&
      !graph.isOutput(value) &&
      canJoin(graph.code[next]!, size) &&
      graph.readers(value).every((reader) => members.has(reader)) &&
      inputsOf(graph, new Set([...members, next])).length <= MOST_INPUTS;
    if (!joins) {
      refused.add(next);
      continue;
    }
    members.add(next);
    enqueue(next);
  }
  return members;
}

/** What a group reads from textures, in order of first use. */
function inputsOf(graph: Code, members: ReadonlySet<number>): number[] {
  const inputs = new Set<number>();
  for (const member of [...members].sort((a, b) => a - b)) {
    for (const operand of graph.code[member]!.operands) {
      const producer = operand - graph.first;
      if (members.has(producer) || (producer >= 0 && isGenerated(graph.code[producer]!))) continue;
      inputs.add(operand);
    }
  }
  return [...inputs];
}

function unitOf(graph: Code, last: number, members: ReadonlySet<number>): Unit {
  const inputs = inputsOf(graph, members);
  const order = [...members].sort((a, b) => a - b);
  const lines = order.map((position) => {
    const { op, operands, attrs, spec } = graph.code[position]!;
    const call: Call = { op, attrs, operands: operands.map(graph.specOf), spec };
    const read = operands.map((operand) => operandOf(graph, members, inputs, operand, spec));
    const expression = EXPRESSIONS[op]?.(call, ...read) ?? read[0]!;
    return `  float v${position} = ${expression};`;
  });
  const code = shaderCode({ inputs: inputs.length, body: `${lines.join('\n')}\n  result = v${last};` });
  const { spec } = graph.code[last]!;
  const lower: Lowering = (machine, values) => runShader(machine, code, values, spec);
  return {
    call: { op: order.map((position) => graph.code[position]!.op).join('+'), attrs: {}, operands: [], spec },
    lower,
    operands: inputs,
    result: graph.first + last,
    covers: order,
  };
}

function operandOf(
  graph: Code,
  members: ReadonlySet<number>,
  inputs: readonly number[],
  operand: number,
  reader: Spec,
): string {
  const producer = operand - graph.first;
  if (members.has(producer)) return `v${producer}`;
  const spec = graph.specOf(operand);
  const index = broadcastIndex(spec.shape, reader.shape);
  if (producer >= 0 && isGenerated(graph.code[producer]!)) {
    const { op, attrs } = graph.code[producer]!;
    if (op === 'full') return literal(attrs['value'] as number);
    const axis = attrs['axis'] as number;
    const step = sizeOf(spec.shape.slice(axis + 1));
    return `float(imod((${index}) / ${step}, ${spec.shape[axis]}))`;
  }
  return `read${inputs.indexOf(operand)}(${index})`;
}
