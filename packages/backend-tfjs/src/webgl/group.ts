// Chains of elementwise ops as one program each: what only they need never leaves the shader.
import { type Instruction, type Spec, sizeOf } from '@nablajs/tensor';
import type { Call } from '../lower/lowering.ts';
import type { Code, Unit } from '../run/unit.ts';
import { elementOf, readingOf } from './broadcast.ts';
import { EXPRESSIONS } from './expressions.ts';
import { quotient, remainder } from './layout.ts';
import { libraryFor, literal } from './math.ts';
import type { Shader } from './program.ts';

/** WebGL 2 promises 16 textures a shader, and 4 targets. */
const MOST_INPUTS = 15;
const MOST_OUTPUTS = 4;
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
    const { members, results } = grow(graph, last, taken);
    for (const member of members) taken.add(member);
    units.push(unitOf(graph, results, members));
  }
  return units;
}

interface Group {
  readonly members: ReadonlySet<number>;
  /** The members that others want, latest first. */
  readonly results: readonly number[];
}

/** The producers of `last` that nobody reads before it, latest first. */
function grow(graph: Code, last: number, taken: ReadonlySet<number>): Group {
  const members = new Set([last]);
  const results = [last];
  const { spec } = graph.code[last]!;
  const size = sizeOf(spec.shape);
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
    const others = graph.readers(value).filter((reader) => !members.has(reader));
    const wanted = others.length > 0 || graph.isOutput(value);
    const joins =
      !taken.has(next) &&
      canJoin(graph.code[next]!, size) &&
      others.every((reader) => reader > last) &&
      !(wanted && results.length === MOST_OUTPUTS) &&
      inputsOf(graph, new Set([...members, next])).length <= MOST_INPUTS;
    if (!joins) {
      refused.add(next);
      continue;
    }
    members.add(next);
    if (wanted) results.push(next);
    enqueue(next);
  }
  return { members, results };
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

function unitOf(graph: Code, results: readonly number[], members: ReadonlySet<number>): Unit {
  const inputs = inputsOf(graph, members);
  const order = [...members].sort((a, b) => a - b);
  const specs = results.map((position) => graph.code[position]!.spec);
  const key = {};
  return {
    call: { op: order.map((position) => graph.code[position]!.op).join('+'), attrs: {}, operands: [], spec: specs[0]! },
    lower: (machine, values) =>
      machine.device!.run(machine, key, '', () => shaderOf(graph, order, inputs, results), values, specs),
    operands: inputs,
    results: results.map((position) => graph.first + position),
    covers: order,
  };
}

/** What the function of one element is given, for each way an input is read. */
interface Argument {
  readonly name: string;
  /** Before the elements are computed. */
  readonly declaration: string;
  /** The argument for one lane, which is written `.x` or `[lane]`. */
  readonly lane: (lane: string) => string;
}

function shaderOf(
  graph: Code,
  order: readonly number[],
  inputs: readonly number[],
  results: readonly number[],
): Shader {
  // Numbered from the chain's beginning, so that equal chains of a graph have one text.
  const numbers = new Map(order.map((position, i) => [position, i]));
  const args = new Map<string, Argument>();
  const lines = order.map((position, i) => {
    const { op, operands, attrs, spec } = graph.code[position]!;
    const call: Call = { op, attrs, operands: operands.map(graph.specOf), spec };
    const read = operands.map((operand) => {
      const number = numbers.get(operand - graph.first);
      if (number !== undefined) return `v${number}`;
      return generated(graph, operand, spec) ?? argument(args, inputs.indexOf(operand), graph.specOf(operand), spec);
    });
    const expression = EXPRESSIONS[op]?.(call, ...read) ?? read[0]!;
    return `  float v${i} = ${expression};`;
  });
  const given = [...args.values()];
  const parameters = [
    'int i',
    ...given.map(({ name }) => `float ${name}`),
    ...results.map((_, k) => `out float y${k}`),
  ];
  const calls = libraryFor(lines.join()) === '' ? unrolled(given, results.length) : looped(given, results.length);
  return {
    targets: results.length,
    functions: `void element(${parameters.join(', ')}) {
${lines.join('\n')}
${results.map((position, k) => `  y${k} = v${numbers.get(position)};`).join('\n')}
}`,
    body: [...given.map(({ declaration }) => declaration), calls].join('\n'),
  };
}

/** A call for each lane. */
function unrolled(given: readonly Argument[], results: number): string {
  const calls = ['x', 'y', 'z', 'w'].map((name, lane) => {
    const outputs = Array.from({ length: results }, (_, k) => `out${k}.${name}`);
    return `  element(${[`4 * t + ${lane}`, ...given.map((arg) => arg.lane(`.${name}`)), ...outputs].join(', ')});`;
  });
  return calls.join('\n');
}

/** One call in a loop over the lanes: drivers take four times as long to compile four copies of a long function. */
function looped(given: readonly Argument[], results: number): string {
  const all = Array.from({ length: results }, (_, k) => k);
  const inputs = given.map((arg) => arg.lane('[lane]'));
  return `${all.map((k) => `  vec4 y${k};`).join('\n')}
  for (int lane = 0; lane < 4; lane++) {
${all.map((k) => `    float z${k};`).join('\n')}
    element(${['4 * t + lane', ...inputs, ...all.map((k) => `z${k}`)].join(', ')});
${all.map((k) => `    y${k}[lane] = z${k};`).join('\n')}
  }
${all.map((k) => `  out${k} = y${k};`).join('\n')}`;
}

function argument(args: Map<string, Argument>, input: number, from: Spec, to: Spec): string {
  const reading = readingOf(from.shape, to.shape);
  const key = `${input} ${JSON.stringify(reading)}`;
  const known = args.get(key);
  if (known) return known.name;
  const name = `x${args.size}`;
  const made: Argument =
    reading.kind === 'quad'
      ? {
          name,
          declaration: `  vec4 ${name} = quad${input}(${reading.texel});`,
          lane: (lane) => name + lane,
        }
      : reading.kind === 'one'
        ? { name, declaration: `  float ${name} = read${input}(${reading.element});`, lane: () => name }
        : {
            name,
            declaration: `  vec4 ${name};\n  for (int lane = 0; lane < 4; lane++) { int i = 4 * t + lane; ${name}[lane] = read${input}(${reading.element}); }`,
            lane: (lane) => name + lane,
          };
  args.set(key, made);
  return name;
}

/** Constants and numbers of places are computed where they are needed. */
function generated(graph: Code, operand: number, reader: Spec): string | null {
  const instruction = graph.code[operand - graph.first];
  if (!instruction || !isGenerated(instruction)) return null;
  const { op, attrs, spec } = instruction;
  if (op === 'full') return literal(attrs['value'] as number);
  const axis = attrs['axis'] as number;
  const size = sizeOf(spec.shape);
  const divided = quotient(elementOf(spec.shape, reader.shape), sizeOf(spec.shape.slice(axis + 1)), size);
  return `float(${remainder(divided, spec.shape[axis]!, size)})`;
}
