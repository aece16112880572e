// Where the channels are. All ops work channels-last; layers that are asked for channels-first turn their inputs around.
import { formatShape, formatSpec, type Shape, ShapeError, type Spec, type Tensor } from '@nablajs/tensor';
import { choice, type Field } from '../base/options.ts';

/** `[batch, ...spatial, channels]` or `[batch, channels, ...spatial]`. */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** The option `dataFormat`. */
export const dataFormat: Field<DataFormat> = choice<DataFormat>(['channelsLast', 'channelsFirst'], 'channelsLast');

const SPATIAL: readonly (readonly string[])[] = [[], ['steps'], ['height', 'width'], ['depth', 'height', 'width']];

/** Runs `f` on `x` with its channels last, and puts the channels of the result back to where they were. */
export function channelsLast(x: Tensor, format: DataFormat, f: (x: Tensor) => Tensor): Tensor {
  if (format === 'channelsLast') return f(x);
  const y = f(toLast(x));
  return y.transpose([0, y.rank - 1, ...Array.from({ length: y.rank - 2 }, (_, axis) => axis + 1)]);
}

/** `[batch, channels, ...]` as `[batch, ..., channels]`. */
export function toLast(x: Tensor): Tensor {
  return x.transpose([0, ...Array.from({ length: x.rank - 2 }, (_, axis) => axis + 2), 1]);
}

/** The number of channels; throws unless the input has `rank` spatial axes. */
export function channelsOf(input: Spec, rank: number, format: DataFormat): number {
  const { shape } = input;
  if (shape.length === rank + 2) return shape[format === 'channelsLast' ? rank + 1 : 1]!;
  const names = SPATIAL[rank]!;
  const layout = format === 'channelsLast' ? ['batch', ...names, 'channels'] : ['batch', 'channels', ...names];
  throw new ShapeError(
    `expects ${rank + 2} axes, [${layout.join(', ')}], got ${formatSpec(input)}. ${fixFor(shape, rank, format)}`,
  );
}

function fixFor(shape: Shape, rank: number, format: DataFormat): string {
  if (shape.length === rank + 1 && shape.length > 1) {
    const sample = shape.slice(1);
    const grown = format === 'channelsLast' ? [...sample, 1] : [1, ...sample];
    return `If the channel axis is missing, put a Reshape(${formatShape(grown)}) before it; if the batch axis is, use x.expandDims(0).`;
  }
  return shape.length > rank + 2
    ? `Use the layer for ${shape.length - 2} spatial axes, or reshape the input.`
    : 'Put a Reshape before it that gives each sample these axes.';
}

/** Throws unless an input has the channels a kernel was made for. */
export function requireChannels(type: string, input: Spec, found: number, expected: number): void {
  if (found === expected) return;
  throw new ShapeError(
    `kernel expects ${expected} channels, got ${found} in input ${formatShape(input.shape)}. ` +
      `Give it inputs with ${expected} channels, or make a new ${type}: this one was built for ${expected}.`,
  );
}
