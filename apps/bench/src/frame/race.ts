// Contenders by turns: the speed of a machine drifts, ratios inside one run do not.
import { setTimeout } from 'node:timers/promises';

/** Something to be timed. */
export interface Contender {
  readonly name: string;
  /** Does the work so often; resolves when it is done, with the milliseconds it took if the contender has a clock of its own. */
  run(times: number): Promise<number | undefined>;
}

/** How a race is run. */
export interface RaceOptions {
  /** Turns of each contender. */
  readonly rounds: number;
  /** Length of a turn in milliseconds, about. */
  readonly turn: number;
  /**
   * Counts the time that processors worked for this process, of all its threads, instead of the time that went by: other
   * work on the machine weighs less. For one thread, and contenders whose own clock does the same.
   */
  readonly processor?: boolean;
  /** Contenders that take longer than this for one run get that one run, and no other. Default 5,000 ms. */
  readonly slow?: number;
}

/** Milliseconds of one run. */
export interface Time {
  readonly median: number;
  readonly least: number;
  /** Turns that were measured. */
  readonly turns: number;
}

/** Lets threads that spin for more work fall asleep before the next contender has the machine. */
const PAUSE = 20; // ms

/** The time of each contender over interleaved turns, after a warm-up that is not counted. */
export async function race(
  contenders: readonly Contender[],
  { rounds, turn, slow = 5000, processor = false }: RaceOptions,
): Promise<Time[]> {
  const runs: number[] = [];
  const times: number[][] = [];
  for (const contender of contenders) {
    const first = await timed(contender, 1, processor);
    const estimate = first > slow ? first : await warm(contender, turn, processor);
    runs.push(first > slow ? 0 : Math.max(1, Math.round(turn / estimate)));
    times.push(first > slow ? [first] : []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      if (runs[i] === 0) continue;
      await setTimeout(PAUSE);
      times[i]!.push((await timed(contender, runs[i]!, processor)) / runs[i]!);
    }
  }
  return times.map((list) => ({ median: median(list), least: Math.min(...list), turns: list.length }));
}

/** Runs for a few turns; the milliseconds of a run in the last. */
async function warm(contender: Contender, turn: number, processor: boolean): Promise<number> {
  let each = await timed(contender, 1, processor);
  for (let i = 0; i < 3; i++) {
    const times = Math.max(1, Math.round(turn / each));
    each = (await timed(contender, times, processor)) / times;
  }
  return each;
}

async function timed(contender: Contender, times: number, processor: boolean): Promise<number> {
  const clock = processor ? processorTime : (): number => performance.now();
  const start = clock();
  const own = await contender.run(times);
  return own ?? clock() - start;
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
