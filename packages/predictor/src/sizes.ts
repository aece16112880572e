// Numbers that depend on the size of the batch, written into JSON and filled in again.

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A number that grows with the batch: `{ "batch": 784 }` is 784 for each sample, `plus` something fixed. */
interface Growing {
  readonly batch: number;
  readonly plus?: number;
}

/** A number that shrinks with the batch, as factors of means do: `share / size`, or `times * (1 / size)`, which rounds twice. */
interface Shrinking {
  readonly share?: number;
  readonly times?: number;
  readonly over: Growing;
}

/** A number that JSON has no name for. */
interface Special {
  readonly number: string;
}

/** A plain value as JSON, infinities and such included. */
export function toJson(value: unknown): Json {
  if (typeof value === 'number') {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { number: Object.is(value, -0) ? '-0' : `${value}` };
  }
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, toJson(each)]));
}

/** Two batch sizes, and what was found with each. */
export interface Probes {
  readonly batches: readonly [number, number];
  readonly values: readonly [Json, Json];
}

/** One value for any batch size from those for two; `null` when they differ in more than numbers that grow with the batch. */
export function anyBatch({ batches, values: [a, b] }: Probes): Json | null {
  const differs = Symbol('differs');
  const merge = (x: Json, y: Json): Json => {
    if (x === y) return x;
    if (typeof x === 'number' && typeof y === 'number') return grown(x, y);
    if (typeof x !== 'object' || typeof y !== 'object' || x === null || y === null) throw differs;
    const keys = Object.keys(x);
    if (Array.isArray(x) !== Array.isArray(y) || keys.join() !== Object.keys(y).join()) throw differs;
    if (Array.isArray(x)) return x.map((each, i) => merge(each, (y as readonly Json[])[i]!));
    const [own, other] = [x, y] as readonly { readonly [key: string]: Json }[];
    return Object.fromEntries(keys.map((key) => [key, merge(own![key]!, other![key]!)]));
  };
  const grown = (x: number, y: number): Json => {
    const found = growing(batches, x, y) ?? shrinking(batches, x, y);
    if (found === null) throw differs;
    return found as unknown as Json;
  };
  try {
    return merge(a, b);
  } catch (thrown) {
    if (thrown === differs) return null;
    throw thrown;
  }
}

function growing(batches: Probes['batches'], x: number, y: number): Growing | null {
  const batch = (y - x) / (batches[1] - batches[0]);
  const plus = x - batch * batches[0];
  if (!Number.isInteger(batch) || !Number.isInteger(plus)) return null;
  return plus === 0 ? { batch } : { batch, plus };
}

/** More values of a sample than this are only seen in a mean without a factor. */
const MOST_VALUES = 4096;

/** The mean's factor that two numbers are, to their last bits. */
function shrinking(batches: Probes['batches'], x: number, y: number): Shrinking | null {
  const whole = growing(batches, Math.round(1 / x), Math.round(1 / y));
  const candidates = function* (): Generator<readonly [factor: number, over: Growing]> {
    if (whole) yield [1, whole];
    // Factors are numbers that somebody wrote, such as 0.01: short ones.
    for (let batch = 1; batch <= MOST_VALUES; batch++)
      yield [Number((x * batch * batches[0]).toPrecision(12)), { batch }];
  };
  for (const [factor, over] of candidates()) {
    for (const found of [
      { share: factor, over },
      { times: factor, over },
    ]) {
      if (shrunk(found, batches[0]) === x && shrunk(found, batches[1]) === y) return found;
    }
  }
  return null;
}

function grownTo({ batch, plus = 0 }: Growing, size: number): number {
  return batch * size + plus;
}

function shrunk({ share, times, over }: Shrinking, size: number): number {
  const whole = grownTo(over, size);
  return share === undefined ? times! * (1 / whole) : share / whole;
}

/** The plain value for batches of one size. */
export function atBatch(value: Json, size: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => atBatch(each, size));
  if ('batch' in value) return grownTo(value as unknown as Growing, size);
  if ('over' in value) return shrunk(value as unknown as Shrinking, size);
  if ('number' in value) return Number((value as unknown as Special).number);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, atBatch(each, size)]));
}
