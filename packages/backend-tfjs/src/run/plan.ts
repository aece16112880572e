// A graph as the list of calls that compute it.
import { type Graph, hostArray, type Instruction, type Spec, sizeOf, specOf } from '@nablajs/tensor';
import type { Engine } from '../engine/start.ts';
import { onHost } from '../lower/host.ts';
import type { Lowering } from '../lower/lowering.ts';
import { groupElementwise } from '../webgl/group.ts';
import { fuseProducts } from './fuse.ts';
import type { Code, Unit } from './unit.ts';

/** The calls of a graph in execution order. */
export function planUnits(graph: Graph, engine: Engine, table: Readonly<Record<string, Lowering>>): Unit[] {
  const code = codeOf(graph);
  const products = fuseProducts(code);
  const covered = new Set(products.flatMap(({ covers }) => covers));
  const groups = engine.device ? groupElementwise(code, covered) : [];
  for (const { covers } of groups) for (const position of covers) covered.add(position);

  const last = new Map([...products, ...groups].map((unit) => [unit.results[0]! - code.first, unit]));
  const units = graph.code.flatMap((instruction, position): Unit[] => {
    const gathered = last.get(position);
    if (gathered) return [gathered];
    return covered.has(position) ? [] : [alone(code, instruction, position, table)];
  });
  return withoutDead(units, new Set(graph.outputs));
}

function codeOf(graph: Graph): Code {
  const readers = new Map<number, number[]>();
  graph.code.forEach(({ operands }, position) => {
    for (const value of new Set(operands)) {
      const known = readers.get(value);
      if (known) known.push(position);
      else readers.set(value, [position]);
    }
  });
  const outputs = new Set(graph.outputs);
  return {
    first: graph.inputs.length + graph.constants.length,
    code: graph.code,
    specOf: (value: number): Spec => specOf(graph, value),
    readers: (value: number): readonly number[] => readers.get(value) ?? [],
    isOutput: (value: number): boolean => outputs.has(value),
  };
}

function alone(
  { first, specOf }: Code,
  { op, attrs, operands, spec }: Instruction,
  position: number,
  table: Readonly<Record<string, Lowering>>,
): Unit {
  const specs = operands.map(specOf);
  return {
    call: { op, attrs, operands: specs, spec },
    lower: lowerEmpty(specs, spec) ?? table[op]!,
    operands,
    results: [first + position],
    covers: [position],
  };
}

/** Numbers written into programs need no value of their own. */
function withoutDead(units: readonly Unit[], outputs: ReadonlySet<number>): Unit[] {
  const needed = new Set(outputs);
  const kept: Unit[] = [];
  for (const unit of [...units].reverse()) {
    if (!unit.results.some((value) => needed.has(value))) continue;
    for (const operand of unit.operands) needed.add(operand);
    kept.push(unit);
  }
  return kept.reverse();
}

/** Engines do not know what to make of values without elements. */
function lowerEmpty(operands: readonly Spec[], spec: Spec): Lowering | null {
  if (sizeOf(spec.shape) === 0) return (machine) => machine.write(hostArray(spec.dtype, 0), spec);
  return operands.some(({ shape }) => sizeOf(shape) === 0) ? onHost : null;
}
