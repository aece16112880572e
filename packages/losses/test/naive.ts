// The losses once more, one sample at a time, in plain float64 loops.

export type Row = readonly number[];

const sum = (values: Row): number => values.reduce((total, value) => total + value, 0);
const mean = (values: Row): number => sum(values) / values.length;
const kept = (p: number): number => Math.min(1 - 1e-7, Math.max(1e-7, p));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
export const softmax = (z: Row): number[] => {
  const top = Math.max(...z);
  const powers = z.map((value) => Math.exp(value - top));
  return powers.map((value) => value / sum(powers));
};
const dot = (a: Row, b: Row): number => sum(a.map((value, i) => value * b[i]!));
const length = (a: Row): number => Math.sqrt(dot(a, a));

export function binaryFocal(y: Row, p: Row, { gamma = 2, alpha = null as number | null, smoothing = 0 } = {}): number {
  return mean(
    p.map((given, i) => {
      const t = y[i]! * (1 - smoothing) + smoothing / 2;
      const crossentropy = -(t * Math.log(kept(given)) + (1 - t) * Math.log(1 - kept(given)));
      const right = t * given + (1 - t) * (1 - given);
      const weight = alpha === null ? 1 : t * alpha + (1 - t) * (1 - alpha);
      return weight * (1 - right) ** gamma * crossentropy;
    }),
  );
}

export const fromLogits = (z: Row): number[] => z.map(sigmoid);

export function categoricalFocal(y: Row, p: Row, alpha: number | Row = 0.25, gamma = 2, smoothing = 0): number {
  return sum(
    p.map((given, k) => {
      const share = kept(given / sum(p));
      const t = y[k]! * (1 - smoothing) + smoothing / p.length;
      return -(typeof alpha === 'number' ? alpha : alpha[k]!) * (1 - share) ** gamma * t * Math.log(share);
    }),
  );
}

export const generalized = (label: number, p: Row, q: number): number => (1 - p[label]! ** q) / q;

export function tversky(y: Row, p: Row, alpha: number, beta: number): number {
  const both = dot(y, p);
  const missed = sum(y.map((t, i) => t * (1 - p[i]!)));
  const wrong = sum(y.map((t, i) => (1 - t) * p[i]!));
  return 1 - both / (both + alpha * missed + beta * wrong + 1e-7);
}

export const dice = (y: Row, p: Row): number => 1 - (2 * dot(y, p)) / (sum(y) + sum(p) + 1e-7);

/** The loss of every embedding of a batch. */
export function circle(
  labels: Row,
  embeddings: readonly Row[],
  gamma: number,
  margin: number,
  withItself = false,
): number[] {
  return embeddings.map((a, i) => {
    const part = (isPair: (j: number) => boolean, strength: (d: number) => number): number =>
      sum(embeddings.map((b, j) => (isPair(j) ? Math.exp(gamma * strength(Math.max(0, 1 - dot(a, b)))) : 0)));
    const same = part(
      (j) => labels[j] === labels[i] && (withItself || j !== i),
      (d) => (margin + d) * (d - margin),
    );
    const other = part(
      (j) => labels[j] !== labels[i],
      (d) => Math.max(0, 1 + margin - d) * (1 - margin - d),
    );
    return Math.log(1 + same * other);
  });
}

export function gaussian(y: Row, mu: Row, variance: Row, constant = 0): number {
  return mean(y.map((t, i) => (Math.log(variance[i]!) + (mu[i]! - t) ** 2 / variance[i]!) / 2 + constant));
}

export const stirling = (n: number): number => (n > 1 ? n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 : 0);

export function multiMargin(label: number, scores: Row, p: number, margin: number): number {
  return sum(scores.map((s, k) => (k === label ? 0 : Math.max(0, margin - scores[label]! + s) ** p))) / scores.length;
}

export function multiLabelMargin(y: Row, scores: Row): number {
  let total = 0;
  for (const [j, mine] of scores.entries())
    for (const [k, other] of scores.entries()) if (y[j] === 1 && y[k] === 0) total += Math.max(0, 1 - mine + other);
  return total / scores.length;
}

export function cosine(a: Row, b: Row): number {
  return dot(a, b) / (length(a) * length(b));
}

export function distance(a: Row, b: Row, p: number): number {
  return sum(a.map((value, i) => Math.abs(value - b[i]! + 1e-6) ** p)) ** (1 / p);
}

/** Every way to spell the label, one class per step, added up: `classes ^ time` of them. */
export function ctc(label: Row, probabilities: readonly Row[], blank = 0): number {
  const wanted = label.filter((symbol) => symbol !== blank && symbol >= 0).join(' ');
  const classes = probabilities[0]!.length;
  let chance = 0;
  for (let path = 0; path < classes ** probabilities.length; path++) {
    const steps = probabilities.map((_, t) => Math.floor(path / classes ** t) % classes);
    const spelled = steps.filter((symbol, t) => symbol !== blank && symbol !== steps[t - 1]);
    if (spelled.join(' ') !== wanted) continue;
    chance += steps.reduce((product, symbol, t) => product * probabilities[t]![symbol]!, 1);
  }
  return -Math.log(chance);
}
