// Maxima of windows, with ties and NaN as defined: the first maximum in row-major order wins, and NaN before all.
import type { Shape } from '@nablajs/tensor';
import { attr, type Call, type Lowering } from '../lower/lowering.ts';
import { elementShader, type Shader } from './program.ts';

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

/** Statements that split `name` into image, a coordinate `letter0, letter1, ...` per axis, and what is left, the innermost. */
function split(name: string, sizes: readonly number[], letter: string, innermost: string, depth: number): string {
  const lines = [`  int ${innermost} = imod(${name}, ${depth});`, `  int rest = ${name} / ${depth};`];
  for (let k = sizes.length - 1; k >= 0; k--) {
    lines.push(`  int ${letter}${k} = imod(rest, ${sizes[k]});`, `  rest = rest / ${sizes[k]};`);
  }
  return [...lines, '  int image = rest;'].join('\n');
}

/**
 * Loops over the cells of one window for four channels at once: `first`, per channel, is the number of the tap that wins,
 * `best` its value. `also` is done with each cell.
 */
function windowLoop(axes: readonly Axis[], quads: number, also: string = ''): string {
  const opens = axes.map(
    ({ cells, window, stride, before }, k) => `
  for (int t${k} = 0; t${k} < ${window}; t${k}++) {
    int w${k} = p${k} * ${stride} + t${k} - ${before};
    if (w${k} < 0 || w${k} >= ${cells}) continue;`,
  );
  const cell = axes.reduce((index, { cells }, k) => `(${index} * ${cells} + w${k})`, 'image');
  const tap = axes.reduce((index, { window }, k) => (k === 0 ? 't0' : `(${index} * ${window} + t${k})`), '');
  return `
  vec4 best = vec4(0.0);
  vec4 first = vec4(-1.0);${opens.join('')}
    int cell = ${cell} * ${quads} + q;
    float tap = float(${tap});
    vec4 x = quad0(cell);
${LANES.map((lane) => `    consider(x.${lane}, tap, best.${lane}, first.${lane});`).join('\n')}${also}${'\n  }'.repeat(axes.length)}`;
}

const LANES = ['x', 'y', 'z', 'w'] as const;

const CONSIDER = `
void consider(float x, float tap, inout float best, inout float first) {
  if (first < 0.0 || (!nablaNaN(best) && (x > best || nablaNaN(x)))) {
    best = x;
    first = tap;
  }
}`;

function pickQuads(operand: 0 | 1, axes: readonly Axis[], quads: number): Shader {
  const sizes = axes.map(({ places }) => places);
  const also = operand === 0 ? '' : '\n    y = mix(y, quad1(cell), equal(first, vec4(tap)));';
  return {
    targets: 1,
    functions: CONSIDER,
    body: `${split('t', sizes, 'p', 'q', quads)}
  vec4 y = vec4(0.0);${windowLoop(axes, quads, also)}
  out0 = ${operand === 0 ? 'best' : 'y'};`,
  };
}

function pick(operand: 0 | 1): Lowering {
  const shader = (call: Call): Shader => {
    const channels = call.spec.shape.at(-1)!;
    const axes = axesOf(call, call.operands[0]!.shape, call.spec.shape);
    if (channels % 4 === 0) return pickQuads(operand, axes, channels / 4);
    const places = axes.map(({ places }) => places);
    const body = `${split('i', places, 'p', 'channel', channels)}
  result = read${operand}(winner(image, ${places.map((_, k) => `p${k}`).join(', ')}, channel));`;
    return elementShader(body, winnerFunction(axes, channels));
  };
  return (machine, inputs, call) =>
    machine.device!.run(machine, call, 'pick', () => shader(call), inputs, [call.spec])[0]!;
}

/** Loops over the windows that see cell `c0, c1, ...`. */
function windowsOver(axes: readonly Axis[]): string {
  return axes
    .map(
      ({ window, stride, before, places }, k) => `
  for (int u${k} = 0; u${k} < ${window}; u${k}++) {
    int s${k} = c${k} + ${before} - u${k};
    if (s${k} < 0 || imod(s${k}, ${stride}) != 0) continue;
    int p${k} = s${k} / ${stride};
    if (p${k} >= ${places}) continue;`,
    )
    .join('');
}

/** Each cell asks the windows over it whether it won. */
function gradientShader(call: Call): Shader {
  const channels = call.spec.shape.at(-1)!;
  const axes = axesOf(call, call.spec.shape, call.operands[1]!.shape);
  const cells = axes.map(({ cells }) => cells);
  const closes = '\n  }'.repeat(axes.length);
  if (channels % 4 === 0) {
    const quads = channels / 4;
    const place = axes.reduce((index, { places }, k) => `(${index} * ${places} + p${k})`, 'image');
    const own = axes.reduce((index, { window }, k) => (k === 0 ? 'u0' : `(${index} * ${window} + u${k})`), '');
    return {
      targets: 1,
      functions: CONSIDER,
      body: `${split('t', cells, 'c', 'q', quads)}
  vec4 y = vec4(0.0);${windowsOver(axes)}
${windowLoop(axes, quads)}
    y += mix(vec4(0.0), quad1(${place} * ${quads} + q), equal(first, vec4(float(${own}))));${closes}
  out0 = y;`,
    };
  }
  const place = axes.map((_, k) => `p${k}`).join(', ');
  const body = `${split('i', cells, 'c', 'channel', channels)}
  result = 0.0;${windowsOver(axes)}
    if (winner(image, ${place}, channel) == i) result += read1(${placeIndex(axes, channels)});${closes}`;
  return elementShader(body, winnerFunction(axes, channels));
}

const gradient: Lowering = (machine, inputs, call) =>
  machine.device!.run(machine, call, 'gradient', () => gradientShader(call), inputs, [call.spec])[0]!;

/** Max pooling, its gradient, and values at the places of the maxima. */
export const maxPools: Readonly<Record<string, Lowering>> = {
  maxPool: pick(0),
  maxPoolPick: pick(1),
  maxPoolGradient: gradient,
};
