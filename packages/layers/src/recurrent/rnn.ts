import type { Shape, Spec, Tensor } from '@nablajs/tensor';
import type { AnyLayer, Mode } from '../base/layer.ts';
import { type Complete, type Field, type LayerOptions, positional, readLayerOptions } from '../base/options.ts';
import { RecurrentCell, type Steps } from './cell.ts';
import { drawnOnce } from './gates.ts';
import { Recurrent, type RecurrentOptions, SEQUENCE } from './recurrent.ts';

const isCell = (value: unknown): value is RecurrentCell => value instanceof RecurrentCell;

const CELL: Field<RecurrentCell> = {
  must: 'a cell, such as LSTMCell, or a list of cells',
  fallback: undefined,
  read: (value) => {
    if (isCell(value)) return value;
    return Array.isArray(value) && value.length > 0 && value.every(isCell) ? new StackedRNNCells(value) : undefined;
  },
};

/**
 * A cell, or several on top of each other, repeated along a sequence.
 * @example new RNN([new LSTMCell(32), new LSTMCell(16)], { returnSequences: true })
 */
export class RNN extends Recurrent<Complete<Required<RecurrentOptions> & { readonly cell: RecurrentCell }>> {
  static override readonly type: string = 'RNN';
  protected override readonly cell: RecurrentCell;

  constructor(
    cell: RecurrentCell | readonly RecurrentCell[] | (RecurrentOptions & { readonly cell: RecurrentCell }),
    options: RecurrentOptions = {},
  ) {
    const given = isCell(cell) || Array.isArray(cell) ? { ...options, cell } : positional({ cell }, options);
    super(readLayerOptions('RNN', { cell: CELL, ...SEQUENCE }, given));
    this.cell = this.given.cell;
  }
}

const CELLS: Field<readonly RecurrentCell[]> = {
  must: 'a list of cells',
  fallback: undefined,
  read: (value) =>
    Array.isArray(value) && value.length > 0 && value.every(isCell) ? (value as RecurrentCell[]) : undefined,
};

/**
 * Cells on top of each other: each takes the output of the one below; the states of all are kept.
 * @example new RNN(new StackedRNNCells([new GRUCell(32), new GRUCell(32)]))
 */
export class StackedRNNCells extends RecurrentCell<{ readonly cells: readonly RecurrentCell[] }> {
  static override readonly type: string = 'StackedRNNCells';

  constructor(
    cells: readonly RecurrentCell[] | ({ readonly cells: readonly RecurrentCell[] } & LayerOptions),
    options: LayerOptions = {},
  ) {
    const given = Array.isArray(cells) ? { ...options, cells } : (cells as object);
    super(readLayerOptions('StackedRNNCells', { cells: CELLS }, given));
  }

  override sublayers(): readonly AnyLayer[] {
    return this.given.cells as unknown as readonly AnyLayer[];
  }

  override stateShapes(input: Shape): readonly Shape[] {
    let below = input;
    return this.given.cells.flatMap((cell) => {
      const states = cell.stateShapes(below);
      // The first state of every cell is its output.
      below = states[0]!;
      return states;
    });
  }

  protected override build(_: unknown, [input]: readonly Spec[]): void {
    let below = input!;
    for (const cell of this.given.cells) {
      cell.prepare(below);
      below = { ...below, shape: [below.shape[0]!, ...cell.stateShapes(below.shape.slice(1))[0]!] };
    }
  }

  protected override begin(x: Tensor, mode: Mode): Steps {
    const [first, ...above] = this.given.cells;
    const once = drawnOnce();
    const bottom = once(first!, () => first!.through(x, mode));
    return {
      input: (step) => bottom.input(step),
      step: (input, states) => {
        let at = 0;
        const take = (cell: RecurrentCell, shape: Shape): readonly Tensor[] => {
          const count = cell.stateShapes(shape).length;
          at += count;
          return states.slice(at - count, at);
        };
        let [output, ...next] = bottom.step(input, take(first!, x.shape.slice(2)));
        for (const cell of above) {
          const below = output.expandDims(1);
          const run = once(cell, () => cell.through(below, mode));
          const [higher, ...more] = run.step(run.input(0), take(cell, output.shape.slice(1)));
          output = higher;
          next = [...next, ...more];
        }
        return [output, ...next];
      },
    };
  }
}
