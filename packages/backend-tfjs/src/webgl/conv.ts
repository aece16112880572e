// Convolutions over 1 to 3 axes and their gradients, as products whose operands are found in place: no copies of windows.
import { type Shape, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { attr, type Call } from '../lower/lowering.ts';
import type { Epilogue } from '../lower/product.ts';
import { fourFunction, fourOf, type Product, runProduct, splitsOf } from './tiles.ts';

/** One spatial axis. */
interface Axis {
  readonly cells: number;
  readonly places: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

function axesOf(call: Call, x: Shape, y: Shape, kernel: Shape): Axis[] {
  return attr<number[]>(call, 'strides').map((stride, k) => ({
    cells: x[k + 1]!,
    places: y[k + 1]!,
    taps: kernel[k]!,
    stride,
    dilation: attr<number[]>(call, 'dilations')[k]!,
    before: attr<[number, number][]>(call, 'padding')[k]![0],
  }));
}

const FUNCTIONS = fourFunction(0) + fourFunction(1);

/** Loops over the taps of a kernel: `before` opens each, `inside` is the body of the innermost, with `int tap` set. */
function overTaps(axes: readonly Axis[], step: (k: number) => string, inside: string): string {
  const opens = axes.map(({ taps }, k) => `  for (int k${k} = 0; k${k} < ${taps}; k${k}++) {\n${step(k)}`);
  const tap = axes.reduce((index, { taps }, k) => (k === 0 ? `k${k}` : `(${index} * ${taps} + k${k})`), '');
  return `${opens.join('\n')}\n    int tap = ${tap};\n${inside}${'\n  }'.repeat(axes.length)}`;
}

/** Splits the numbers of four rows, `ivec4 rest`, into an image and a coordinate for each axis. */
function fourPlaces(sizes: readonly number[]): string {
  const lines = ['  ivec4 rest = ivec4(m, m + 1, m + 2, m + 3);'];
  for (let k = sizes.length - 1; k >= 0; k--) {
    lines.push(`  ivec4 p${k} = rest - rest / ${sizes[k]} * ${sizes[k]};`, `  rest = rest / ${sizes[k]};`);
  }
  return lines.join('\n');
}

/** The number of the first element of cell `x0, x1, ...` of image `rest`, for four rows; -1 outside. */
function fourCells(sizes: readonly number[], depth: number): string {
  const cell = sizes.reduce((index, size, k) => `(${index} * ${size} + x${k})`, 'rest');
  const inside = LANES.map((lane) => sizes.map((_, k) => `in${k}.${lane}`).join(' && '));
  return `    ivec4 at = ${cell} * ${depth};
    at = ivec4(${inside.map((test, j) => `${test} ? at.${'xyzw'[j]} : -1`).join(', ')});`;
}

const LANES = ['x', 'y', 'z', 'w'] as const;

/** How the matrix that cells are multiplied by is read: four rows of it, or four columns where it lies transposed. */
interface Matrix {
  readonly transposed: boolean;
  /** Four neighbours of it, the `j`-th of four for the sum's index `c`. */
  readonly four: (c: string, j: number) => string;
  /** Its row `c`, where the sum goes one by one. */
  readonly row: (c: string) => string;
}

/** Adds the products of `depth` elements from `at` on with a matrix. */
function accumulate(depth: number, { transposed, four, row }: Matrix): string {
  if (depth % 4 !== 0) {
    return `    for (int c = 0; c < ${depth}; c++) {
      vec4 y = ${row('c')};
${LANES.map((lane, j) => `      r${j} += (at.${lane} < 0 ? 0.0 : read0(at.${lane} + c)) * y;`).join('\n')}
    }`;
  }
  const times = (x: string): string => (transposed ? `${x} * y` : `y * ${x}`);
  return `    for (int c = 0; c < ${depth}; c += 4) {
      mat4 y = mat4(${LANES.map((_, j) => four('c', j)).join(', ')});
${LANES.map((lane, j) => `      r${j} += ${times(`(at.${lane} < 0 ? vec4(0.0) : quad0((at.${lane} + c) >> 2))`)};`).join('\n')}
    }`;
}

function forward(call: Call): Product {
  const [x, kernel] = call.operands.map(({ shape }) => shape) as [Shape, Shape];
  const axes = axesOf(call, x, call.spec.shape, kernel);
  const [depth, columns] = [x.at(-1)!, kernel.at(-1)!];
  const step = (k: number): string => {
    const { stride, dilation, before, cells } = axes[k]!;
    return `    ivec4 x${k} = p${k} * ${stride} + (k${k} * ${dilation} - ${before});
    bvec4 in${k} = lessThan(uvec4(x${k}), uvec4(${cells}u));`;
  };
  const row = (c: string): string => fourOf(1, `(tap * ${depth} + ${c}) * ${columns} + n`, columns % 4 === 0);
  const body = `${fourPlaces(axes.map(({ places }) => places))}
${overTaps(
  axes,
  step,
  `${fourCells(
    axes.map(({ cells }) => cells),
    depth,
  )}
${accumulate(depth, { transposed: false, four: (c, j) => row(`${c} + ${j}`), row })}`,
)}`;
  const rows = sizeOf(call.spec.shape.slice(0, -1));
  return { batch: 1, rows, columns, splits: 1, body, functions: FUNCTIONS };
}

function toInput(call: Call): Product {
  const [dy, kernel] = call.operands.map(({ shape }) => shape) as [Shape, Shape];
  const axes = axesOf(call, call.spec.shape, dy, kernel);
  const [depth, columns] = [dy.at(-1)!, call.spec.shape.at(-1)!];
  const step = (k: number): string => {
    const { stride, dilation, before, places } = axes[k]!;
    const from = `ivec4 x${k} = p${k} + (${before} - k${k} * ${dilation});`;
    // Places between two strides are sent outside.
    const whole =
      stride === 1 ? '' : ` x${k} = x${k} / ${stride} - 65536 * abs(x${k} - x${k} / ${stride} * ${stride});`;
    return `    ${from}${whole}
    bvec4 in${k} = lessThan(uvec4(x${k}), uvec4(${places}u));`;
  };
  // The kernel's matrix, transposed: its rows lie along the sum.
  const element = (c: string, j: number): string => `(tap * ${columns} + n + ${j}) * ${depth} + ${c}`;
  const inside = accumulate(depth, {
    transposed: true,
    four: (c, j) => fourOf(1, element(c, j), true),
    row: (c) => `vec4(${LANES.map((_, j) => `read1(${element(c, j)})`).join(', ')})`,
  });
  const body = `${fourPlaces(axes.map(({ cells }) => cells))}
${overTaps(
  axes,
  step,
  `${fourCells(
    axes.map(({ places }) => places),
    depth,
  )}
${inside}`,
)}`;
  const rows = sizeOf(call.spec.shape.slice(0, -1));
  return { batch: 1, rows, columns, splits: 1, body, functions: FUNCTIONS };
}

/** The sum runs over all places of all images; a part of it is some of the images. */
function toKernel(call: Call): Product {
  const [x, dy] = call.operands.map(({ shape }) => shape) as [Shape, Shape];
  const kernel = call.spec.shape;
  const axes = axesOf(call, x, dy, kernel);
  const [depth, columns] = [x.at(-1)!, dy.at(-1)!];
  const images = x[0]!;
  const rows = sizeOf(kernel.slice(0, -1));
  const places = sizeOf(dy.slice(1, -1));
  const splits = Math.min(images, splitsOf(1, rows, columns, images * places, 128));
  const part = Math.ceil(images / splits);
  const sum = depth % 4 === 0 ? oneTap(axes, depth, columns) : fourTaps(axes, depth, columns);
  const body = `
  int first = s * ${part};
  int last = min(first + ${part}, ${images});
${sum}`;
  return { batch: 1, rows, columns, splits, body, functions: FUNCTIONS };
}

/** Four rows are four channels of one tap: the places where it meets a cell are known beforehand. */
function oneTap(axes: readonly Axis[], depth: number, columns: number): string {
  const lines = [`  int tap = m / ${depth};`, `  int c = m - tap * ${depth};`];
  for (let k = axes.length - 1; k >= 0; k--) {
    const { taps, dilation, before, stride, cells, places } = axes[k]!;
    lines.push(
      `  int o${k} = imod(tap, ${taps}) * ${dilation} - ${before};`,
      `  tap = tap / ${taps};`,
      `  int lo${k} = o${k} >= 0 ? 0 : (${stride - 1} - o${k}) / ${stride};`,
      `  int hi${k} = o${k} >= ${cells} ? 0 : min(${places}, (${cells - 1} - o${k}) / ${stride} + 1);`,
    );
  }
  const cell = axes.reduce(
    (index, { cells, stride }, k) => `(${index} * ${cells} + p${k} * ${stride} + o${k})`,
    'image',
  );
  const place = axes.reduce((index, { places }, k) => `(${index} * ${places} + p${k})`, 'image');
  const opens = axes.map((_, k) => `for (int p${k} = lo${k}; p${k} < hi${k}; p${k}++) {`);
  return `${lines.join('\n')}
  for (int image = first; image < last; image++) {
  ${opens.join(' ')}
    vec4 x = ${fourOf(0, `${cell} * ${depth} + c`, true)};
    vec4 y = ${fourOf(1, `${place} * ${columns} + n`, columns % 4 === 0)};
    r0 += x.x * y;
    r1 += x.y * y;
    r2 += x.z * y;
    r3 += x.w * y;
  ${'}'.repeat(axes.length)}
  }`;
}

/** Four rows may belong to several taps. */
function fourTaps(axes: readonly Axis[], depth: number, columns: number): string {
  const lines = ['  ivec4 tap = ivec4(m, m + 1, m + 2, m + 3);', `  ivec4 c = tap - tap / ${depth} * ${depth};`];
  lines.push(`  tap = tap / ${depth};`);
  for (let k = axes.length - 1; k >= 0; k--) {
    const { taps, dilation, before } = axes[k]!;
    lines.push(`  ivec4 o${k} = (tap - tap / ${taps} * ${taps}) * ${dilation} - ${before};`, `  tap = tap / ${taps};`);
  }
  const opens = axes.map(
    ({ places, stride, cells }, k) => `for (int p${k} = 0; p${k} < ${places}; p${k}++) {
    ivec4 x${k} = p${k} * ${stride} + o${k};
    bvec4 in${k} = lessThan(uvec4(x${k}), uvec4(${cells}u));`,
  );
  const place = axes.reduce((index, { places }, k) => `(${index} * ${places} + p${k})`, 'image');
  return `${lines.join('\n')}
  for (int image = first; image < last; image++) {
  ivec4 rest = ivec4(image);
  ${opens.join('\n  ')}
${fourCells(
  axes.map(({ cells }) => cells),
  depth,
)}
    vec4 y = ${fourOf(1, `${place} * ${columns} + n`, columns % 4 === 0)};
${LANES.map((lane, j) => `    r${j} += (at.${lane} < 0 ? 0.0 : read0(at.${lane} + c.${lane})) * y;`).join('\n')}
  ${'}'.repeat(axes.length)}
  }`;
}

const PLAIN: Epilogue = { activation: 'linear' };

/** The convolution, with a bias and an activation. */
export function convTiles(machine: Machine, inputs: readonly TensorInfo[], call: Call, epilogue: Epilogue): TensorInfo {
  return runProduct(machine, call, () => forward(call), inputs.slice(0, 2), epilogue);
}

/** The gradient of a convolution's input. */
export function toInputTiles(machine: Machine, inputs: readonly TensorInfo[], call: Call): TensorInfo {
  return runProduct(machine, call, () => toInput(call), inputs, PLAIN);
}

/** The gradient of a convolution's kernel. */
export function toKernelTiles(machine: Machine, inputs: readonly TensorInfo[], call: Call): TensorInfo {
  return runProduct(machine, call, () => toKernel(call), inputs, PLAIN);
}
