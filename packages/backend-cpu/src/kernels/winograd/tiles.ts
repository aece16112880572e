import type { ConvShape } from '../geometry.ts';
import { forwardGrid, type Grid } from '../grid.ts';
import { positionsOf, type TileShape, type TileSize, tileShape } from './matrices.ts';

/** Neighbouring tiles of one size along an axis. */
interface Run {
  readonly size: TileSize;
  /** The first output, and how many tiles. */
  readonly start: number;
  readonly count: number;
}

/** Tiles that cover an axis. */
type Cover = readonly Run[];

/** Tiles of one shape, of a convolution's output. */
export interface TileGrid {
  readonly shape: TileShape;
  /** One pixel of the grid per tile; it looks at two inputs more each way than it has outputs. */
  readonly grid: Grid;
  /** Outputs from the first tile's first to the edge. */
  readonly height: number;
  readonly width: number;
}

/** Sizes of the output of a convolution without strides and dilations. */
export function outputSizes({ input, padding, kernel }: ConvShape): number[] {
  return input.map((size, axis) => size + padding[axis]![0] + padding[axis]![1] - kernel[axis]! + 1);
}

/**
 * The cheapest tiles for an output, largest first. Cost counts multiplications per pair of channels: those of the tiles, and
 * for each shape of tiles the transformation of the kernel, which takes as long as about {@link KERNEL_TILES}.
 */
export function tileGrids(shape: ConvShape, sourcePixel: number, targetPixel: number): TileGrid[] {
  const sizes = outputSizes(shape);
  const [height, width] = sizes.slice(-2) as [number, number];
  const images = sizes.slice(0, -2).reduce((product, size) => product * size, shape.batch);
  const cost = (rows: Cover, columns: Cover): number => {
    const products = (count: (run: Run) => number): number =>
      [rows, columns].reduce((all, runs) => all * runs.reduce((sum, run) => sum + count(run) * (run.size + 2), 0), 1);
    return images * products(({ count }) => count) + KERNEL_TILES * products(() => 1);
  };
  const choices = covers(height).flatMap((rows) => covers(width).map((columns) => ({ rows, columns })));
  const [{ rows, columns }] = choices.toSorted((a, b) => cost(a.rows, a.columns) - cost(b.rows, b.columns)) as [
    (typeof choices)[0],
  ];
  const job = forwardGrid(shape, sourcePixel, targetPixel);
  return rows.flatMap((down) => columns.map((across) => part(job, down, across)));
}

const KERNEL_TILES = 16;

/** With 4's only, with 2's only, and with 4's and a 2 for a rest of up to two. */
function covers(outputs: number): Cover[] {
  const alike = (size: TileSize): Cover => [{ size, start: 0, count: Math.ceil(outputs / size) }];
  const [whole, rest] = [Math.floor(outputs / 4), outputs % 4];
  const mixed: Cover = [
    { size: 4, start: 0, count: whole },
    { size: 2, start: 4 * whole, count: 1 },
  ];
  return [alike(4), alike(2), ...(whole > 0 && (rest === 1 || rest === 2) ? [mixed] : [])];
}

function part(job: Grid, rows: Run, columns: Run): TileGrid {
  const shape = tileShape(rows.size, columns.size);
  const [plane, row, pixel] = job.target.axes;
  const grid: Grid = {
    ...job,
    grid: [job.grid[0], rows.count, columns.count],
    step: [1, shape.rows, shape.columns],
    taps: [1, shape.rows + 2, shape.columns + 2],
    origin: [job.origin[0], job.origin[1] + rows.start, job.origin[2] + columns.start],
    target: { ...job.target, axes: [plane, shape.rows * row, shape.columns * pixel] },
    targetOffset: rows.start * row + columns.start * pixel,
  };
  return { shape, grid, height: job.grid[1] - rows.start, width: job.grid[2] - columns.start };
}

/** Columns whose transforms fit into so many floats, in whole panels. */
export function transformedColumns(
  shape: TileShape,
  channels: number,
  columns: number,
  floats: number,
  panel: number,
): number {
  const panels = Math.max(1, Math.floor(floats / (positionsOf(shape) * channels * panel)));
  return Math.min(panels, Math.ceil(columns / panel)) * panel;
}

/** Tiles whose transforms, of so many channels together, fill about half a second-level cache, a multiple of `unit`. */
export function tilesAtOnce(shape: TileShape, channels: number, tiles: number, unit: number): number {
  const fit = Math.floor(TILE_FLOATS / (positionsOf(shape) * channels) / unit);
  const enough = Math.ceil(32 / unit);
  return Math.min(Math.max(fit, enough), Math.ceil(tiles / unit)) * unit;
}

const TILE_FLOATS = 1 << 17;
