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

interface Sorted {
  readonly values: Ref;
  readonly positions: Ref;
}

/** Both results of TopK over a whole axis. */
function sorted(e: Emitter, values: Ref, axis: number, descending: boolean): Sorted {
  const { type, shape } = values;
  const [sortedValues, positions] = e.nodes(
    'TopK',
    [values, e.integers([shape[axis]!])],
    [
      { type, shape },
      { type: 'int64', shape },
    ],
    { axis, largest: descending ? 1 : 0, sorted: 1 },
  );
  return { values: sortedValues!, positions: positions! };
}

/** TopK on CUDA promises no order of equals: a second sort, by group of equals and then by position, makes one. */
function stable(e: Emitter, { values, positions }: Sorted, axis: number): Ref {
  const length = values.shape[axis]!;
  const later = e.slice(values, [axis], [1], [length - 1]);
  const earlier = e.slice(values, [axis], [0], [length - 1]);
  const steps = e.cast(e.unary('Not', e.binary('Equal', later, earlier, 'bool')), 'float64');
  const onAxis = values.shape.map((_, i) => (i === axis ? 1 : 0));
  const marks = e.pad(
    steps,
    onAxis,
    values.shape.map(() => 0),
    0,
  );
  const groups = e.node('CumSum', [marks, e.scalar('int64', axis)], 'float64', marks.shape);
  const places = e.binary('Mul', groups, e.scalar('float64', length));
  return e.gatherElements(
    positions,
    sorted(e, e.binary('Add', places, e.cast(positions, 'float64')), axis, false).positions,
    axis,
  );
}

const argsort: Lowering<ArgsortAttrs> = ({ operands: [x], attrs: { axis, descending }, spec }, e) => {
  const { order } = x!.native;
  const at = order.indexOf(axis);
  const first = sorted(e, keys(e, x!.whole(e, order), descending), at, descending);
  const positions = e.target.device === 'cuda' && spec.shape[axis]! > 1 ? stable(e, first, at) : first.positions;
  return new Stored(spec, e.cast(positions, 'int32'), order);
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
