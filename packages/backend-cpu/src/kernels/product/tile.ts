// The inner part of every matrix product and convolution: panels of A times panels of B, one register tile at a time.
// Rows of the result are found through a table of addresses, so that a convolution may scatter them; what the tiles start
// from (zero, a bias, or the result so far) is chosen by selecting an address, never by a branch on the way out.

import {
  type Expr,
  type FunctionRef,
  f32,
  f32x4,
  i32,
  type ModuleBuilder,
  madd,
  type Statement,
  select,
  v128,
} from '../../wasm/index.ts';
import { min } from '../arithmetic.ts';
import type { KernelOptions } from '../kernel.ts';

const MULTIPLY = {
  /** Packed panels of A, `tile.rows` wide. */
  a: 'i32',
  /** First panel of B, bytes between its steps along the summed axis, bytes between panels. */
  b: 'i32',
  step: 'i32',
  panel: 'i32',
  /** Addresses of the rows of the result; whole panels of them, the surplus pointing at a sink. */
  rows: 'i32',
  /** Bytes from the row addresses to the first column. */
  shift: 'i32',
  panels: 'i32',
  columns: 'i32',
  depth: 'i32',
  /** Start from the result so far; else from the bias, else (address 0) from zero. */
  accumulate: 'i32',
  bias: 'i32',
  /** 1 takes the maximum with 0 in the end. */
  relu: 'i32',
  scratch: 'i32',
} as const;

/** Multiplies packed panels into rows of the result. */
export type MultiplyFunction = FunctionRef<typeof MULTIPLY, 'void'>;

/** With these, `a` is a table of an address per row; step `k` of row `i` lies at `a[i] + steps[k]`. */
const STEPS = { steps: 'i32' } as const;
const GATHERED: typeof MULTIPLY & typeof STEPS = { ...MULTIPLY, ...STEPS };

/** How the left operand lies: in packed panels, or wherever tables say. */
type Left = 'packed' | 'gathered';

/** Bytes of the scratch that {@link multiplyPanels} uses: zeros to start from, a tile for ragged edges behind its rows' addresses. */
export function tileScratchBytes(options: KernelOptions): number {
  return edgeOffset(options) + options.tile.rows * options.tile.columns * 4;
}

// Tiles of fewer rows find the same things at the same places.
const tableOffset = ({ tile }: KernelOptions): number => tile.columns * 4;
const edgeOffset = (options: KernelOptions): number => tableOffset(options) + Math.ceil(options.tile.rows / 4) * 16;

/** Statements that prepare the scratch. The tile is cleared for the lanes of ragged edges that nobody writes. */
export function prepareScratch(scratch: Expr<'i32'>, options: KernelOptions): Statement[] {
  const { rows, columns } = options.tile;
  const edge = (i: number): Expr<'i32'> => i32.add(scratch, edgeOffset(options) + i * columns * 4);
  return [
    ...lines(tileScratchBytes(options) / 16, (i) => v128.store(scratch, f32x4.const(0), i * 16)),
    ...lines(rows, (i) => i32.store(scratch, edge(i), tableOffset(options) + i * 4)),
  ];
}

/** The function that multiplies panels, one per module. */
export function multiplyPanels(module: ModuleBuilder, options: KernelOptions): MultiplyFunction {
  return multiply(module, options, 'packed');
}

/** The function that multiplies with panels what nobody packed, one per module. */
export function multiplyGathered(module: ModuleBuilder, options: KernelOptions): FunctionRef<typeof GATHERED, 'void'> {
  return multiply(module, options, 'gathered');
}

function multiply(module: ModuleBuilder, options: KernelOptions, left: Left): FunctionRef<typeof GATHERED, 'void'> {
  const { rows: height, columns: width } = options.tile;
  const tile = multiplyTile(module, options, left);
  const name = `${left === 'packed' ? 'multiplyPanels' : 'multiplyGathered'}${height}x${width}`;
  const params = (left === 'packed' ? MULTIPLY : GATHERED) as typeof GATHERED;
  return module.once(name, () =>
    module.function(name, params, (f, p) => {
      const a = f.local('i32');
      const base = f.let(select(p.bias, p.bias, p.scratch));
      const baseStep = f.let(select(p.bias, i32.const(width * 4), i32.const(0)));
      const panelBytes = f.let(i32.mul(left === 'packed' ? p.depth : i32.const(1), height * 4));
      const table = f.let(i32.add(p.scratch, tableOffset(options)));
      const { b, step, depth, accumulate, relu, scratch, steps } = p;
      const common = { a, b, step, depth, accumulate, base, relu, scratch, steps };
      f.while(i32.gtS(p.columns, 0), () => {
        const bytes = f.let(i32.shl(min(p.columns, width), 2));
        const ragged = f.let(i32.ltS(bytes, width * 4));
        const row = f.let(p.rows);
        const panels = f.let(p.panels);
        f.set(a, p.a);
        f.while(panels, () => {
          f.if(
            ragged,
            () => {
              const copy = (from: Expr<'i32'>, to: Expr<'i32'>): void =>
                f.for(0, bytes, 4, (at) => f.emit(f32.store(i32.add(to, at), f32.load(i32.add(from, at)))));
              const target = lines(height, (i) => f.let(i32.add(i32.load(row, i * 4), p.shift)));
              const inner = lines(height, (i) => f.let(i32.load(table, i * 4)));
              for (const [i, line] of target.entries()) copy(f.let(select(accumulate, line, base)), inner[i]!);
              f.call(tile, { ...common, rows: table, shift: 0, accumulate: 1 });
              for (const [i, line] of target.entries()) copy(inner[i]!, line);
            },
            () => f.call(tile, { ...common, rows: row, shift: p.shift }),
          );
          f.increment(a, panelBytes);
          f.increment(row, height * 4);
          f.increment(panels, -1);
        });
        f.increment(p.b, p.panel);
        f.increment(p.shift, width * 4);
        f.set(base, i32.add(base, baseStep));
        f.increment(p.columns, -width);
      });
    }),
  );
}

const TILE = {
  a: 'i32',
  b: 'i32',
  step: 'i32',
  depth: 'i32',
  rows: 'i32',
  shift: 'i32',
  accumulate: 'i32',
  /** What rows start from unless they accumulate. */
  base: 'i32',
  relu: 'i32',
  scratch: 'i32',
} as const;
const GATHERED_TILE: typeof TILE & typeof STEPS = { ...TILE, ...STEPS };

/** One register tile. A function of its own, for engines allot registers by function: around it there would be too few. */
function multiplyTile(
  module: ModuleBuilder,
  options: KernelOptions,
  operand: Left,
): FunctionRef<typeof GATHERED_TILE, 'void'> {
  const { rows: height, columns: width, stride = height, steps: turns = 1 } = options.tile;
  const vectors = width / 4;
  const fused = madd(options.relaxed);
  const name = `multiply${operand === 'packed' ? '' : 'Gathered'}Tile${height}x${width}`;
  const params = (operand === 'packed' ? TILE : GATHERED_TILE) as typeof GATHERED_TILE;
  return module.once(name, () =>
    module.function(name, params, (f, p) => {
      const output = lines(height, (i) => f.let(i32.add(i32.load(p.rows, i * 4), p.shift)));
      const sums = output.map((line) => {
        const start = f.let(select(p.accumulate, line, p.base));
        return lines(vectors, (j) => f.let(v128.load(start, j * 16)));
      });
      const gathered = operand === 'gathered';
      const starts = gathered ? lines(height, (i) => i32.load(p.a, i * 4)) : [];
      // Engines that need branches have one address register less: reading the six again takes less than spilling others.
      const rows = stride < height ? starts : starts.map((start) => f.let(start));
      const step = (at: number): void => {
        const away = gathered ? f.let(i32.load(p.steps, at * 4)) : p.a;
        const right = lines(vectors, (j) => f.let(v128.load(p.b, j * 16)));
        sums.forEach((row, i) => {
          const place = (at * height + i) * 4;
          const left = f.let(gathered ? v128.load32Splat(i32.add(rows[i]!, away)) : v128.load32Splat(p.a, place));
          row.forEach((sum, j) => {
            f.set(sum, fused(left, right[j]!, sum));
          });
          if ((i + 1) % stride > 0 || i + 1 === height) return;
          f.if(i32.ltS(p.depth, 0), () => {
            const made = sums.slice(i + 1 - stride, i + 1).flat();
            f.emit(...made.map((sum, j) => v128.store(p.scratch, sum, j * 16)));
            f.return();
          });
        });
        f.increment(p.b, p.step);
      };
      const turn = (steps: number, more: Expr<'i32'>): void =>
        f.while(more, () => {
          for (let at = 0; at < steps; at++) step(at);
          if (gathered) f.increment(p.steps, steps * 4);
          else f.increment(p.a, steps * height * 4);
          f.increment(p.depth, -steps);
        });
      if (turns > 1) turn(turns, i32.geS(p.depth, turns));
      turn(1, p.depth);
      for (const [i, line] of sums.entries()) {
        f.emit(...line.map((sum, j) => v128.store(output[i]!, sum, j * 16)));
      }
      // A second pass: engines that pair stores into wider ones want the first to have nothing but sums.
      f.if(p.relu, () => {
        for (const line of output) {
          f.emit(...lines(vectors, (j) => v128.store(line, f32x4.pmax(v128.load(line, j * 16), 0), j * 16)));
        }
      });
    }),
  );
}

function lines<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
