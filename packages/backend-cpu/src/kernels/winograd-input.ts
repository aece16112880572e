import { type Expr, type FunctionRef, f32x4, i32, type ModuleBuilder, v128 } from '../wasm/index.ts';

/** Bytes between the matrices of the 16 positions: at powers of two, all would compete for the same lines of the cache. */
export const PITCH_PAD = 64;

const TRANSFORM = {
  /** The tile's first entry in the table of addresses, `pitch` bytes from tap to tap. */
  entry: 'i32',
  pitch: 'i32',
  channels: 'i32',
  /** Where the first four channels of the first position go; bytes to the next position, and to the next four channels. */
  target: 'i32',
  positionPitch: 'i32',
  chunkPitch: 'i32',
} as const;

/** Transforms one tile of the input, B^T d B, all channels. */
export function transformTile(module: ModuleBuilder): FunctionRef<typeof TRANSFORM, 'void'> {
  const difference = ([a, b, c, d]: readonly Expr<'v128'>[]): Expr<'v128'>[] => [
    f32x4.sub(a!, c!),
    f32x4.add(b!, c!),
    f32x4.sub(c!, b!),
    f32x4.sub(b!, d!),
  ];
  return module.once('transformTile', () =>
    module.function('transformTile', TRANSFORM, (f, { entry, pitch, channels, target, positionPitch, chunkPitch }) => {
      const pixels = Array.from({ length: 16 }, () => {
        const pixel = f.let(i32.load(entry));
        f.increment(entry, pitch);
        return pixel;
      });
      const transform = (at: Expr<'i32'>, load: (address: Expr<'i32'>) => Expr<'v128'>): void => {
        const down = [0, 1, 2, 3].map((x) => {
          const column = [0, 1, 2, 3].map((y) => f.let(load(i32.add(pixels[y * 4 + x]!, at))));
          return difference(column).map((value) => f.let(value));
        });
        const to = f.let(target);
        for (let y = 0; y < 4; y++) {
          for (const value of difference(down.map((column) => column[y]!))) {
            f.emit(v128.store(to, value));
            f.increment(to, positionPitch);
          }
        }
        f.increment(target, chunkPitch);
      };
      const bytes = f.let(i32.shl(channels, 2));
      const whole = f.let(i32.and(bytes, -16));
      f.for(0, whole, 16, (at) => transform(at, (address) => v128.load(address)));
      f.if(i32.ltS(whole, bytes), () => {
        // The last few channels, one lane each, without reading past the pixel.
        const rest = f.let(i32.sub(bytes, whole));
        transform(whole, (address) => {
          const lanes = f.let(v128.load32Zero(address));
          f.if(i32.gtS(rest, 4), () => f.set(lanes, v128.load32Lane(i32.add(address, 4), lanes, 1)));
          f.if(i32.gtS(rest, 8), () => f.set(lanes, v128.load32Lane(i32.add(address, 8), lanes, 2)));
          return lanes;
        });
      });
    }),
  );
}
