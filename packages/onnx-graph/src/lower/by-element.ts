// Functions of single elements: operands stay as small as they broadcast from, in the order they lie in.
import type { Spec } from '@nablajs/tensor';
import { allBlocked, fromBlocked } from './blocked.ts';
import type { Emitter } from './emitter.ts';
import { cheapestOrder, Stored } from './stored.ts';
import type { Ref } from './writer.ts';

/** Applies a function of elements to operands that broadcast against each other. */
export function elementwise(
  e: Emitter,
  operands: readonly Stored[],
  spec: Spec,
  apply: (refs: readonly Ref[]) => Ref,
): Stored {
  const blocked = allBlocked(e, operands, spec.shape);
  if (blocked) return fromBlocked(e, spec, apply(blocked));
  const rank = spec.shape.length;
  const order = cheapestOrder(operands, rank);
  const natural = order.every((axis, i) => axis === i);
  const refs = operands.map((operand) => {
    if (natural) return operand.compact(e);
    const same = operand.rank === rank ? operand : operand.broadcast(spec, e);
    return same.compact(e, order);
  });
  return new Stored(spec, apply(refs), order);
}
