// Metrics of torchmetrics and scikit-learn once more: all samples at once, in plain float64 loops.
import type { Roc } from '../src/index.ts';
import { best, meanOf, type Row } from './more-naive.ts';

export { best, meanOf };

const sum = (values: Row): number => values.reduce((total, value) => total + value, 0);

export function calibration(
  scores: Row,
  hits: Row,
  weights: Row,
  bins: number,
): { l1: number; l2: number; max: number } {
  const gaps = { l1: 0, l2: 0, max: 0 };
  for (let bin = 0; bin < bins; bin++) {
    const inside = weights.map((weight, i) => (scores[i]! >= bin / bins && scores[i]! < (bin + 1) / bins ? weight : 0));
    if (sum(inside) === 0) continue;
    const gap = Math.abs(meanOf(scores, inside) - meanOf(hits, inside));
    gaps.l1 += (sum(inside) / sum(weights)) * gap;
    gaps.l2 += (sum(inside) / sum(weights)) * gap ** 2;
    gaps.max = Math.max(gaps.max, gap);
  }
  return { ...gaps, l2: Math.sqrt(gaps.l2) };
}

/** How deep one must go down the ranking to have all true labels. */
export function coverage(truth: Row, scores: Row): number {
  const depths = scores.flatMap((score, k) => (truth[k] ? [scores.filter((other) => other >= score).length] : []));
  return Math.max(0, ...depths);
}

export function rankingPrecision(truth: Row, scores: Row): number {
  const shares = scores.flatMap((score, k) => {
    if (!truth[k]) return [];
    const reached = truth.filter((_, other) => scores[other]! >= score);
    return [sum(reached) / reached.length];
  });
  return shares.length === 0 ? 1 : sum(shares) / shares.length;
}

export function rankingLoss(truth: Row, scores: Row): number {
  let [wrong, pairs] = [0, 0];
  for (const [a, yes] of truth.entries()) {
    for (const [b, other] of truth.entries()) {
      if (!yes || other) continue;
      pairs++;
      if (scores[b]! >= scores[a]!) wrong++;
    }
  }
  return pairs === 0 ? 0 : wrong / pairs;
}

/** The point of a curve at a false positive rate, on the line between its neighbours. */
function height({ falsePositiveRate: x, truePositiveRate: y }: Roc, rate: number): number {
  for (let i = x.length - 1; i > 0; i--) {
    if (x[i - 1]! > rate || x[i - 1] === x[i]) continue;
    return y[i - 1]! + ((y[i]! - y[i - 1]!) * (rate - x[i - 1]!)) / (x[i]! - x[i - 1]!);
  }
  return y[0]!;
}

/** Where the line from (0, 1) to (1, 0) crosses a curve, by halving. */
export function crossing(roc: Roc): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (middle < 1 - height(roc, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The integral over ln(x) by midpoints, as a share. */
export function logArea(roc: Roc, from: number, to: number): number {
  const steps = 200_000;
  const at = (i: number): number => from * (to / from) ** ((i + 0.5) / steps);
  let area = 0;
  for (let i = 0; i < steps; i++) area += height(roc, at(i)) / steps;
  return area;
}

/** The unit deviance by its definition, `2 times the integral of (y - t) / t^power from p to y`, by midpoints. */
export function deviance(y: number, p: number, power: number): number {
  const steps = 4000;
  let area = 0;
  for (let i = 0; i < steps; i++) {
    const t = p + ((y - p) * (i + 0.5)) / steps;
    area += (((y - t) / t ** power) * (y - p)) / steps;
  }
  return 2 * area;
}

export function jensenShannon(p: Row, q: Row): number {
  const entropy = (row: Row): number => -sum(row.map((value) => (value === 0 ? 0 : value * Math.log(value))));
  const scaled = (row: Row): number[] => row.map((value) => value / sum(row));
  const [a, b] = [scaled(p), scaled(q)];
  return entropy(a.map((value, k) => (value + b[k]!) / 2)) - (entropy(a) + entropy(b)) / 2;
}

/** By its definition: the integral of the squared distance of the ensemble's steps from that of the truth. */
export function crps(y: number, members: Row): number {
  const edges = [...members, y].sort((a, b) => a - b);
  return sum(
    edges.slice(1).map((edge, i) => {
      const middle = (edge + edges[i]!) / 2;
      const below = members.filter((member) => member <= middle).length / members.length;
      return (edge - edges[i]!) * (below - Number(y <= middle)) ** 2;
    }),
  );
}

export const meanSquare = (y: Row, p: Row, weights: Row): number =>
  meanOf(
    y.map((value, i) => (value - p[i]!) ** 2),
    weights,
  );

export function size(y: Row, weights: Row): { mean: number; range: number; std: number; l2: number } {
  const mean = meanOf(y, weights);
  return {
    mean,
    range: Math.max(...y) - Math.min(...y),
    std: Math.sqrt(
      meanOf(
        y.map((value) => (value - mean) ** 2),
        weights,
      ),
    ),
    l2: Math.sqrt(sum(y.map((value, i) => weights[i]! * value ** 2))),
  };
}

export function kendall(y: Row, p: Row, weights: Row): { b: number; c: number } {
  let [agreement, inY, inP] = [0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    for (let k = 0; k < i; k++) {
      const pair = weights[i]! * weights[k]!;
      agreement += pair * Math.sign(y[i]! - y[k]!) * Math.sign(p[i]! - p[k]!);
      if (y[i] !== y[k]) inY += pair;
      if (p[i] !== p[k]) inP += pair;
    }
  }
  const least = Math.min(new Set(y).size, new Set(p).size);
  return { b: agreement / Math.sqrt(inY * inP), c: (2 * agreement) / ((sum(weights) ** 2 * (least - 1)) / least) };
}

export const repeated = (values: Row, times: Row): number[] =>
  values.flatMap((value, i) => new Array<number>(times[i]!).fill(value));

export function spearman(y: Row, p: Row): number {
  const ranks = (values: Row): number[] =>
    values.map(
      (value) => values.filter((other) => other < value).length + values.filter((other) => other === value).length / 2,
    );
  const [a, b] = [ranks(y), ranks(p)];
  const centred = (row: Row): number[] => row.map((value) => value - sum(row) / row.length);
  const dot = (one: Row, other: Row): number => sum(one.map((value, i) => value * other[i]!));
  const [u, v] = [centred(a), centred(b)];
  return dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v));
}

export function generalizedDice(
  truth: Row,
  said: Row,
  classes: Row,
  weightType: 'simple' | 'square' | 'linear',
): number {
  const areas = classes.map((label) => truth.filter((each) => each === label).length);
  const smallest = Math.min(...areas.filter((area) => area > 0));
  let [common, either] = [0, 0];
  for (const [k, label] of classes.entries()) {
    const area = areas[k] || smallest;
    const weight = { simple: 1 / area, square: 1 / area ** 2, linear: 1 }[weightType];
    common += weight * truth.filter((each, i) => each === label && said[i] === label).length;
    either += weight * (areas[k]! + said.filter((each) => each === label).length);
  }
  return (2 * common) / either;
}

type Map = readonly (readonly number[])[];

/** All maps padded with a frame of nothing, so that outlines need no bounds. */
export function hausdorff(
  truths: readonly Map[],
  saids: readonly Map[],
  weights: Row,
  classes: Row,
  distance: 'euclidean' | 'taxicab' | 'chessboard',
): number {
  const outline = (map: Map, label: number): [number, number][] => {
    const is = (y: number, x: number): boolean => map[y]?.[x] === label;
    const neighbours = [
      [0, 1],
      [1, 0],
      [0, -1],
      [-1, 0],
    ] as const;
    return map.flatMap((row, y) =>
      row.flatMap((_, x) =>
        is(y, x) && neighbours.some(([dy, dx]) => !is(y + dy, x + dx)) ? [[y, x] as [number, number]] : [],
      ),
    );
  };
  const far = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]): number => {
    const [dy, dx] = [Math.abs(a - c), Math.abs(b - d)];
    return { euclidean: Math.sqrt(dy * dy + dx * dx), taxicab: dy + dx, chessboard: Math.max(dy, dx) }[distance];
  };
  const from = (some: readonly [number, number][], others: readonly [number, number][]): number =>
    Math.max(...some.map((point) => Math.min(...others.map((other) => far(point, other)))));
  const found = truths.flatMap((truth, i) =>
    classes.flatMap((label) => {
      const [a, b] = [outline(truth, label), outline(saids[i]!, label)];
      return a.length + b.length === 0 ? [] : [{ distance: Math.max(from(a, b), from(b, a)), weight: weights[i]! }];
    }),
  );
  return meanOf(
    found.map((each) => each.distance),
    found.map((each) => each.weight),
  );
}
