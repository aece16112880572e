// Bulk memory.
import { expr, type Operand, type Statement } from '../expr.ts';
import { operand } from './scalar.ts';

type I = Operand<'i32'>;

/** Copies bytes; the ranges may overlap. */
export function copy(target: I, source: I, bytes: I): Statement {
  return expr('void', [...[target, source, bytes].map((x) => operand('i32', x).code), [0xfc, 10, 0, 0]]);
}

/** Sets bytes. */
export function fill(target: I, byte: I, bytes: I): Statement {
  return expr('void', [...[target, byte, bytes].map((x) => operand('i32', x).code), [0xfc, 11, 0]]);
}
