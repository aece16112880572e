// How far to go along a direction: until the loss has fallen in proportion and its slope is flatter.
// Nocedal and Wright, 2006, "Numerical Optimization", algorithms 3.5 and 3.6.

/** What was measured some way along a direction. */
export interface Probe {
  /** How far, in lengths of the direction. */
  readonly at: number;
  readonly loss: number;
  /** The derivative of the loss along the direction. */
  readonly slope: number;
}

/** By what part of the first slope the loss must fall at least. */
const LEAST_FALL = 1e-4;
/** To what part of the first slope it must become flat. */
const FLATNESS = 0.9;
/** By how much of themselves float32 numbers differ at least. */
const RESOLUTION = 2 ** -24;

/**
 * A point that meets both conditions, or the lowest there was within so many measurements, which may be the start.
 * @param first how far to look first
 */
export async function strongWolfe<P extends Probe>(
  measure: (at: number) => Promise<P>,
  start: P,
  first: number,
  limit: number,
): Promise<P> {
  const hasFallen = ({ at, loss }: P): boolean => loss <= start.loss + LEAST_FALL * at * start.slope;
  const isFlat = ({ slope }: P): boolean => Math.abs(slope) <= FLATNESS * Math.abs(start.slope);
  let [low, high]: [P, P | null] = [start, null];
  let next = first;
  for (let count = 0; count < limit; count++) {
    const probe = await measure(next);
    if (hasFallen(probe) && probe.loss < low.loss) {
      if (isFlat(probe)) return probe;
      // The minimum lies where the loss falls: back towards the last point, or on.
      const isBehind = high ? probe.slope * (high.at - probe.at) > 0 : probe.slope > 0;
      if (isBehind) high = low;
      low = probe;
    } else {
      high = probe;
    }
    if (high && Math.abs((high.at - low.at) * low.slope) <= RESOLUTION * Math.abs(low.loss)) break;
    next = high ? between(low, high) : 4 * next;
  }
  return low;
}

/** The minimum of the cubic through two points and their slopes, kept away from both; their middle where there is none. */
function between(a: Probe, b: Probe): number {
  const width = b.at - a.at;
  const mean = a.slope + b.slope - (3 * (b.loss - a.loss)) / width;
  const root = Math.sign(width) * Math.sqrt(mean ** 2 - a.slope * b.slope);
  const share = 1 - (b.slope + root - mean) / (b.slope - a.slope + 2 * root);
  return a.at + width * (Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5);
}
