// What both directions of Winograd's convolutions share: how their scratch memory is laid out, and where tiles lie.
import { type Expr, type FunctionBuilder, i32, type Local, select } from '../../wasm/index.ts';
import { alignUp, element, offset } from '../arithmetic.ts';
import type { TileShape } from './matrices.ts';

/** Bytes between the matrices of the positions: at powers of two, all would compete for the same lines of the cache. */
const PITCH_PAD = 64;

/** Takes so many words of scratch memory, from the start of a cache line on. */
export type Take = (words: Expr<'i32'>) => Local<'i32'>;

/** Hands out scratch memory from an address on. */
export function allot(f: FunctionBuilder, start: Local<'i32'>): Take {
  const end = f.let(start);
  return (words) => {
    const area = f.let(alignUp(end));
    f.set(end, element(area, words));
    return area;
  };
}

/** One matrix per position of a transformed tile. */
export interface Positions {
  readonly first: Local<'i32'>;
  /** Bytes from matrix to matrix. */
  readonly pitch: Local<'i32'>;
  /** The address of each. */
  readonly table: Local<'i32'>;
}

/** Takes scratch memory for `count` matrices of so many words, and a table of them. */
export function takePositions(f: FunctionBuilder, take: Take, count: number, words: Expr<'i32'>): Positions {
  const table = take(i32.const(count));
  const pitch = f.let(i32.add(alignUp(i32.shl(words, 2)), PITCH_PAD));
  const first = take(i32.mul(i32.shrU(pitch, 2), count));
  f.for(0, count, 1, (i) => f.emit(i32.store(element(table, i), offset(first, i, pitch))));
  return { first, pitch, table };
}

/** Words that {@link takePositions} takes. */
export function positionWords(count: number, words: number): number {
  return count * (1 + words + 16 + PITCH_PAD / 4) + 32;
}

interface Entries {
  readonly table: Expr<'i32'>;
  readonly pitch: Expr<'i32'>;
  readonly to: Expr<'i32'>;
  readonly count: number;
}

/** Collects addresses that lie `pitch` bytes apart. */
export function copyEntries(f: FunctionBuilder, { table, pitch, to, count }: Entries): void {
  const from = f.let(table);
  f.forAddress(to, i32.add(to, count * 4), 4, (at) => {
    f.emit(i32.store(at, i32.load(from)));
    f.increment(from, pitch);
  });
}

interface Result {
  readonly height: Local<'i32'>;
  readonly width: Local<'i32'>;
  readonly rowBytes: Local<'i32'>;
  readonly pixelBytes: Local<'i32'>;
}

interface TilePixels {
  /** Address and coordinates of the first pixel. */
  readonly corner: Local<'i32'>;
  readonly y: Expr<'i32'>;
  readonly x: Expr<'i32'>;
  readonly shape: TileShape;
  /** The address instead of pixels over the edge. */
  readonly outside: Local<'i32'>;
  readonly to: Local<'i32'>;
}

/** Writes the addresses of the pixels of one tile of the result. */
export function tilePixels(f: FunctionBuilder, p: Result, { corner, y, x, shape, outside, to }: TilePixels): void {
  const entry = f.let(to);
  const line = f.let(corner);
  const below = f.let(i32.sub(p.height, y));
  const right = f.let(i32.sub(p.width, x));
  f.for(0, shape.rows, 1, (row) => {
    const pixel = f.let(line);
    f.for(0, shape.columns, 1, (column) => {
      const inside = i32.and(i32.ltS(row, below), i32.ltS(column, right));
      f.emit(i32.store(entry, select(inside, pixel, outside)));
      f.increment(entry, 4);
      f.increment(pixel, p.pixelBytes);
    });
    f.increment(line, p.rowBytes);
  });
}

/** Coordinates of the first pixel of tile `i`, from where {@link gatherTable} left those of the first tap. */
export function tileCorner(
  p: { readonly tileBlock: Local<'i32'>; readonly origin1: Local<'i32'>; readonly origin2: Local<'i32'> },
  scratch: Local<'i32'>,
  i: Local<'i32'>,
): { y: Expr<'i32'>; x: Expr<'i32'> } {
  const coordinate = (array: number): Expr<'i32'> =>
    i32.load(element(scratch, i32.add(i32.mul(p.tileBlock, array), i)));
  return { y: i32.sub(coordinate(2), p.origin1), x: i32.sub(coordinate(3), p.origin2) };
}
