// Cells around: zeros, or what the input itself has.
import { concat, fromData, gather, ShapeError, type Tensor } from '@nablajs/tensor';
import { Layer } from '../base/layer.ts';
import { choice, type Field, type LayerOptions, positional, readLayerOptions, real } from '../base/options.ts';
import { channelsLast, channelsOf, type DataFormat, dataFormat } from '../spatial/layout.ts';
import { type Margins, margins, type Sides } from '../spatial/per-axis.ts';

/** Options of the zero padding layers. */
export interface ZeroPaddingOptions extends LayerOptions {
  /** Cells to add: one number for all sides, or for each axis a number or `[before, after]`. Default 1. */
  readonly padding?: Margins;
  /** Default `'channelsLast'`. */
  readonly dataFormat?: DataFormat;
}

/** The complete configuration of a zero padding layer. */
export interface ZeroPaddingConfig {
  /** `[before, after]` per spatial axis. */
  readonly padding: readonly Sides[];
  readonly dataFormat: DataFormat;
}

/**
 * What new cells hold. `'constant'`: the option `value`. `'reflect'`: the input mirrored at its outermost cell, which is not
 * repeated. `'replicate'`: the outermost cell. `'circular'`: the cells of the opposite side.
 */
export type PaddingMode = 'constant' | 'reflect' | 'replicate' | 'circular';

/** Options of {@link Padding1D}, {@link Padding2D} and {@link Padding3D}. */
export interface PaddingOptions extends ZeroPaddingOptions {
  /** Default `'constant'`. */
  readonly mode?: PaddingMode;
  /** What the new cells hold under `'constant'`. Default 0. */
  readonly value?: number;
}

/** The complete configuration of a padding layer. */
export interface PaddingConfig extends ZeroPaddingConfig {
  readonly mode: PaddingMode;
  readonly value: number;
}

type ZeroMain = Margins | ZeroPaddingOptions;
type Main = Margins | PaddingOptions;

abstract class ZeroPadding extends Layer<ZeroPaddingConfig> {
  constructor(rank: number, padding: ZeroMain | undefined, options: object) {
    super(
      readLayerOptions(new.target.type, { padding: margins(rank, 1), dataFormat }, positional({ padding }, options)),
    );
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { padding, dataFormat } = this.config;
    channelsOf(x.spec, padding.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => padded(x, padding, 0));
  }
}

function padded(x: Tensor, padding: readonly Sides[], value: number): Tensor {
  return x.pad([[0, 0], ...padding, [0, 0]], value);
}

const MODE: Field<PaddingMode> = choice<PaddingMode>(['constant', 'reflect', 'replicate', 'circular'], 'constant');

abstract class Padding extends Layer<PaddingConfig> {
  constructor(rank: number, padding: Main | undefined, options: object) {
    const fields = { padding: margins(rank, 1), mode: MODE, value: real(0), dataFormat };
    super(readLayerOptions(new.target.type, fields, positional({ padding }, options)));
  }

  protected override build(): void {}

  protected override call(x: Tensor): Tensor {
    const { padding, mode, value, dataFormat } = this.config;
    channelsOf(x.spec, padding.length, dataFormat);
    return channelsLast(x, dataFormat, (x) => {
      if (mode === 'constant') return padded(x, padding, value);
      return padding.reduce((y, sides, i) => extended(y, i + 1, sides, mode), x);
    });
  }
}

/** `x` with cells before and after along an axis that are copies of its own. */
function extended(x: Tensor, axis: number, [before, after]: Sides, mode: Exclude<PaddingMode, 'constant'>): Tensor {
  if (before + after === 0) return x;
  const size = x.shape[axis]!;
  const most = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : Number.POSITIVE_INFINITY;
  if (size < 1 || Math.max(before, after) > most) {
    throw new ShapeError(
      `cannot add ${Math.max(before, after)} cells by '${mode}' to an axis of ${size}. Add at most ${Math.max(0, Math.min(most, size))}, or use another mode.`,
    );
  }
  const place = { reflect: mirrored, replicate: clamped, circular: wrapped }[mode];
  const cells = (from: number, count: number): Tensor =>
    gather(
      x,
      fromData(
        Int32Array.from({ length: count }, (_, i) => place(from + i, size)),
        [count],
      ),
      axis,
    );
  return concat([...(before > 0 ? [cells(-before, before)] : []), x, ...(after > 0 ? [cells(size, after)] : [])], axis);
}

const mirrored = (at: number, size: number): number => (at < 0 ? -at : 2 * (size - 1) - at);
const clamped = (at: number, size: number): number => (at < 0 ? 0 : size - 1);
const wrapped = (at: number, size: number): number => (at + size) % size;

/**
 * Zeros at both ends. `[batch, steps, channels] -> [batch, before + steps + after, channels]`.
 * @example new ZeroPadding1D([3, 0])
 */
export class ZeroPadding1D extends ZeroPadding {
  static override readonly type: string = 'ZeroPadding1D';

  constructor(padding?: ZeroMain, options: Omit<ZeroPaddingOptions, 'padding'> = {}) {
    super(1, padding, options);
  }
}

/**
 * Zeros around images. `[batch, height, width, channels]`; by default one row or column at each side.
 * @example new ZeroPadding2D([[1, 2], [0, 0]]) // top, bottom; left, right
 */
export class ZeroPadding2D extends ZeroPadding {
  static override readonly type: string = 'ZeroPadding2D';

  constructor(padding?: ZeroMain, options: Omit<ZeroPaddingOptions, 'padding'> = {}) {
    super(2, padding, options);
  }
}

/**
 * Zeros around volumes. `[batch, depth, height, width, channels]`.
 * @example new ZeroPadding3D(1)
 */
export class ZeroPadding3D extends ZeroPadding {
  static override readonly type: string = 'ZeroPadding3D';

  constructor(padding?: ZeroMain, options: Omit<ZeroPaddingOptions, 'padding'> = {}) {
    super(3, padding, options);
  }
}

/**
 * Steps at both ends: a constant, or copies of the input's own. `[batch, steps, channels]`.
 * @example new Padding1D(2, { mode: 'replicate' })
 */
export class Padding1D extends Padding {
  static override readonly type: string = 'Padding1D';

  constructor(padding?: Main, options: Omit<PaddingOptions, 'padding'> = {}) {
    super(1, padding, options);
  }
}

/**
 * Cells around images: a constant, or copies of the image's own, mirrored, repeated or from the other side. They do what
 * PyTorch's `ReflectionPad2d`, `ReplicationPad2d`, `CircularPad2d` and `ConstantPad2d` do. `[batch, height, width, channels]`.
 * @throws ShapeError for more cells than the image has to copy
 * @example new Padding2D(3, { mode: 'reflect' })
 */
export class Padding2D extends Padding {
  static override readonly type: string = 'Padding2D';

  constructor(padding?: Main, options: Omit<PaddingOptions, 'padding'> = {}) {
    super(2, padding, options);
  }
}

/**
 * Cells around volumes: a constant, or copies of the volume's own. `[batch, depth, height, width, channels]`.
 * @example new Padding3D(1, { mode: 'circular' })
 */
export class Padding3D extends Padding {
  static override readonly type: string = 'Padding3D';

  constructor(padding?: Main, options: Omit<PaddingOptions, 'padding'> = {}) {
    super(3, padding, options);
  }
}
