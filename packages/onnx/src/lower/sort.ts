// Order and running sums along an axis.
import type { ArgsortAttrs, CumsumAttrs } from '@nablajs/tensor';
import type { Emitter } from './emitter.ts';
import type { Lowering, LoweringTable } from './row.ts';
import { Stored } from './stored.ts';
import type { Ref } from './writer.ts';

/**
 * Numbers that sort as the floats do, with NaN last: in float64 there is room beyond the infinities of float32.
 * TopK keeps equals in their order, but says nothing about NaN.
 */
function keys(e: Emitter, x: Ref, descending: boolean): Ref {
  if (x.type === 'int32') return x;
  const wide = e.cast(x, 'float64');
  const finite = e.binary('Max', e.binary('Min', wide, e.scalar('float64', 1e300)), e.scalar('float64', -1e300));
  const last = e.scalar('float64', descending ? -1e301 : 1e301);
  return e.where(e.unary('IsNaN', x, 'bool'), last, finite);
}

const argsort: Lowering<ArgsortAttrs> = ({ operands: [x], attrs: { axis, descending }, spec }, e) => {
  const { order } = x!.native;
  const values = keys(e, x!.whole(e, order), descending);
  const [, positions] = e.nodes(
    'TopK',
    [values, e.integers([spec.shape[axis]!])],
    [
      { type: values.type, shape: values.shape },
      { type: 'int64', shape: values.shape },
    ],
    { axis: order.indexOf(axis), largest: descending ? 1 : 0, sorted: 1 },
  );
  return new Stored(spec, e.cast(positions!, 'int32'), order);
};

const cumsum: Lowering<CumsumAttrs> = ({ operands: [x], attrs: { axis, exclusive, reverse }, spec }, e) => {
  const { order } = x!.native;
  const values = x!.whole(e, order);
  const sums = e.node('CumSum', [values, e.scalar('int64', order.indexOf(axis))], values.type, values.shape, {
    exclusive: exclusive ? 1 : 0,
    reverse: reverse ? 1 : 0,
  });
  return new Stored(spec, sums, order);
};

/** Rows of the ops that look along an axis. */
export const sortRows: LoweringTable = { argsort, cumsum };
