// One row of the lowering table: how one op is said in ONNX.
import type { Attrs, Spec } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Stored } from './stored.ts';

/** One instruction with its operands already in ONNX. Neither the result nor, unless said, an operand is empty. */
export interface LowerCall<A extends Attrs = Attrs> {
  readonly operands: readonly Stored[];
  readonly attrs: A;
  readonly spec: Spec;
}

// A method makes the parameter bivariant, so that rows with different attrs share one table.
interface Row<A extends Attrs> {
  lower(call: LowerCall<A>, e: Emitter): Stored;
}

/** Writes the nodes of one instruction. */
export type Lowering<A extends Attrs = Attrs> = Row<A>['lower'];

/** Lowerings by the name of their op. */
export type LoweringTable = Readonly<Record<string, Lowering<never>>>;
