// The table that `model.summary()` returns.
import { listOf } from '@nablajs/layers';
import type { Shape } from '@nablajs/tensor';
import type { AnyModel } from './model.ts';
import { connectionsOf } from './topology/connections.ts';

/** One row per layer; what each is connected to is shown where it is not simply the one before. */
export function summaryText(model: AnyModel): string {
  const title = `Model: "${model.name}"`;
  const { head, rows } = model.built ? tableOf(model) : bareTableOf(model);
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)));
  const isNumber = (column: number): boolean => head[column] === 'Params' || head[column] === 'FLOPs';
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)));
  return [title, rule, line(head), rule, ...rows.map(line), rule, ...totals(model)].join('\n');
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const HEAD = ['Layer (type)', 'Output shape', 'Params', 'FLOPs'];

function bareTableOf(model: AnyModel): Table {
  return { head: HEAD, rows: model.layers.map((layer) => [titleOf(layer), '?', '?', '?']) };
}

function tableOf(model: AnyModel): Table {
  const flops = new Map(model.flops().layers.map((each) => [each.name, each.flops]));
  const { isChain, connections } = connectionsOf(model);
  const inputs = listOf(model.inputSpec!).map(({ shape }, i) => [
    `${model.inputPlaces.names[i]} (Input)`,
    batchShape(shape),
    '',
    '',
    '',
  ]);
  const rows = connections.map(({ layer, outputs, from }) => [
    titleOf(layer),
    [...new Set(outputs.map(({ shape }) => batchShape(shape)))].join(', ') || '?',
    grouped(layer.countParams()),
    compact(flops.get(layer.name) ?? 0),
    from.join(', '),
  ]);
  if (isChain) return { head: HEAD, rows: rows.map((row) => row.slice(0, -1)) };
  return { head: [...HEAD, 'Connected to'], rows: [...inputs, ...rows] };
}

function titleOf({
  name,
  type,
  trainable,
}: {
  readonly name: string;
  readonly type: string;
  readonly trainable: boolean;
}): string {
  return `${name} (${type})${trainable ? '' : ' frozen'}`;
}

function totals(model: AnyModel): string[] {
  if (model.inputSpec === null)
    return ['Not built yet: shapes follow with the first data, or begin with Input({ shape }).'];
  const trainable = count(model.trainableWeights);
  const frozen = count(model.nonTrainableWeights);
  return [
    `Total params: ${grouped(trainable + frozen)} (${bytes(4 * (trainable + frozen))})`,
    `Trainable: ${grouped(trainable)}   Non-trainable: ${grouped(frozen)}`,
    `FLOPs per sample: ${compact(model.flops().total)} (multiply-add = 2)`,
  ];
}

function count(weights: readonly { readonly size: number }[]): number {
  return weights.reduce((sum, { size }) => sum + size, 0);
}

function batchShape(shape: Shape): string {
  return `[${['batch', ...shape.slice(1)].join(', ')}]`;
}

/** `1234567` → `1,234,567`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `16940000` → `16.94 M`. */
export function compact(value: number): string {
  return inUnits(value, 1000, ['k', 'M', 'G', 'T']) ?? String(value);
}

function bytes(value: number): string {
  return inUnits(value, 1024, ['KiB', 'MiB', 'GiB']) ?? `${value} B`;
}

/** In the largest unit that it has one of, each `base` times the one before; `null` below the first. */
function inUnits(value: number, base: number, units: readonly string[]): string | null {
  const at = units.findLastIndex((_, i) => value >= base ** (i + 1));
  return at < 0 ? null : `${(value / base ** (at + 1)).toFixed(2)} ${units[at]}`;
}
