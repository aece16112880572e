// Small problems with known answers, made without the library's own random numbers.

/** A linear congruential generator (Numerical Recipes), for test data only. */
export function lcg(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Points of `classes` clouds in the plane, far apart, with one-hot and plain labels. */
export function clouds(count: number, classes = 3, seed = 1): { x: number[][]; oneHot: number[][]; labels: number[] } {
  const random = lcg(seed);
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const x = labels.map((label) => {
    const angle = (2 * Math.PI * label) / classes;
    return [2 * Math.cos(angle) + random() - 0.5, 2 * Math.sin(angle) + random() - 0.5];
  });
  return { x, labels, oneHot: labels.map((label) => Array.from({ length: classes }, (_, k) => Number(k === label))) };
}

/** Tiny images whose class is the half that is bright. */
export function halves(count: number, seed = 1): { x: number[][][][]; labels: number[] } {
  const random = lcg(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const x = labels.map((label) =>
    Array.from({ length: 8 }, (_, row) =>
      Array.from({ length: 8 }, () => [random() * 0.3 + (row < 4 === (label === 0) ? 0.7 : 0)]),
    ),
  );
  return { x, labels };
}
