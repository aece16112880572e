import type { Shape, Spec } from '@nablajs/tensor';
import { layerFlops } from './flops.ts';
import type { Model } from './model.ts';

/** The table that `model.summary()` returns. */
export function summaryText(model: Model): string {
  const title = `Model: "${model.name}"`;
  const head = ['Layer (type)', 'Output shape', 'Params', 'FLOPs'];
  const rows = rowsOf(model);
  const widths = head.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1)));
  return [title, rule, line(head), rule, ...rows.map(line), rule, ...totals(model)].join('\n');
}

function rowsOf(model: Model): string[][] {
  let spec: Spec | null = model.inputSpec;
  return model.layers.map((layer) => {
    const name = `${layer.name} (${layer.type})${layer.trainable ? '' : ' frozen'}`;
    if (spec === null) return [name, '?', '?', '?'];
    const flops = layerFlops(layer, spec);
    spec = layer.outputSpec(spec);
    return [name, batchShape(spec.shape), grouped(layer.countParams()), compact(flops)];
  });
}

function totals(model: Model): string[] {
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
  const units: readonly [number, string][] = [
    [1e12, ' T'],
    [1e9, ' G'],
    [1e6, ' M'],
    [1e3, ' k'],
  ];
  const unit = units.find(([size]) => value >= size);
  return unit ? `${(value / unit[0]).toFixed(2)}${unit[1]}` : String(value);
}

function bytes(value: number): string {
  const units: readonly [number, string][] = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ];
  const unit = units.find(([size]) => value >= size);
  return unit ? `${(value / unit[0]).toFixed(2)} ${unit[1]}` : `${value} B`;
}
