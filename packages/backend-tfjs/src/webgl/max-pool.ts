// Maxima of windows, with ties and NaN as defined: the first maximum in row-major order wins, and NaN before all.
import type { Shape } from '@nablajs/tensor';
import { attr, type Call, type Lowering } from '../lower/lowering.ts';
import { codeFor, runShader, type Shader } from './program.ts';

/** One spatial axis of a pool. */
interface Axis {
  readonly cells: number;
  readonly places: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
}

function axesOf(call: Call, x: Shape, y: Shape): Axis[] {
  return attr<number[]>(call, 'window').map((window, i) => ({
    cells: x[i + 1]!,
    places: y[i + 1]!,
    window,
    stride: attr<number[]>(call, 'strides')[i]!,
    before: attr<[number, number][]>(call, 'padding')[i]![0],
  }));
}

/** `int winner(...)`: the place in x of the first maximum of a window. */
function winnerFunction(axes: readonly Axis[], channels: number): string {
  const parameters = axes.map((_, k) => `int p${k}`).join(', ');
  const opens = axes.map(
    ({ cells, window, stride, before }, k) => `
  for (int t${k} = 0; t${k} < ${window}; t${k}++) {
    int c${k} = p${k} * ${stride} + t${k} - ${before};
    if (c${k} < 0 || c${k} >= ${cells}) continue;`,
  );
  return `
int winner(int image, ${parameters}, int channel) {
  int first = -1;
  float best = 0.0;${opens.join('')}
    int cell = ${cellIndex(axes, channels)};
    float x = read0(cell);
    if (first < 0 || (!nablaNaN(best) && (x > best || nablaNaN(x)))) {
      first = cell;
      best = x;
    }${'\n  }'.repeat(axes.length)}
  return first;
}`;
}

function cellIndex(axes: readonly Axis[], channels: number): string {
  const cell = axes.reduce((index, { cells }, k) => `(${index} * ${cells} + c${k})`, 'image');
  return `${cell} * ${channels} + channel`;
}

function placeIndex(axes: readonly Axis[], channels: number): string {
  const place = axes.reduce((index, { places }, k) => `(${index} * ${places} + p${k})`, 'image');
  return `${place} * ${channels} + channel`;
}

/** Statements that split `i` into image, one number per axis, and channel. */
function split(sizes: readonly number[], name: string, channels: number): string {
  const lines = [`  int channel = imod(i, ${channels});`, `  int rest = i / ${channels};`];
  for (let k = sizes.length - 1; k >= 0; k--) {
    lines.push(`  int ${name}${k} = imod(rest, ${sizes[k]});`, `  rest = rest / ${sizes[k]};`);
  }
  return [...lines, '  int image = rest;'].join('\n');
}

function pick(operand: 0 | 1): Lowering {
  const shader = (call: Call): Shader => {
    const channels = call.spec.shape.at(-1)!;
    const axes = axesOf(call, call.operands[0]!.shape, call.spec.shape);
    const places = axes.map(({ places }) => places);
    const body = `${split(places, 'p', channels)}
  result = read${operand}(winner(image, ${places.map((_, k) => `p${k}`).join(', ')}, channel));`;
    return { inputs: operand + 1, body, functions: winnerFunction(axes, channels) };
  };
  return (machine, inputs, call) => {
    const code = codeFor(call, () => shader(call));
    return runShader(machine, code, inputs, call.spec);
  };
}

/** Each cell asks the windows over it whether it won. */
function gradientShader(call: Call): Shader {
  const channels = call.spec.shape.at(-1)!;
  const axes = axesOf(call, call.spec.shape, call.operands[1]!.shape);
  const cells = axes.map(({ cells }) => cells);
  const opens = axes.map(
    ({ window, stride, before, places }, k) => `
  for (int t${k} = 0; t${k} < ${window}; t${k}++) {
    int s${k} = c${k} + ${before} - t${k};
    if (s${k} < 0 || imod(s${k}, ${stride}) != 0) continue;
    int p${k} = s${k} / ${stride};
    if (p${k} >= ${places}) continue;`,
  );
  const place = axes.map((_, k) => `p${k}`).join(', ');
  const body = `${split(cells, 'c', channels)}
  result = 0.0;${opens.join('')}
    if (winner(image, ${place}, channel) == i) result += read1(${placeIndex(axes, channels)});${'\n  }'.repeat(axes.length)}`;
  return { inputs: 2, body, functions: winnerFunction(axes, channels) };
}

const gradient: Lowering = (machine, inputs, call) => {
  const code = codeFor(call, () => gradientShader(call));
  return runShader(machine, code, inputs, call.spec);
};

/** Max pooling, its gradient, and values at the places of the maxima. */
export const maxPools: Readonly<Record<string, Lowering>> = {
  maxPool: pick(0),
  maxPoolPick: pick(1),
  maxPoolGradient: gradient,
};
