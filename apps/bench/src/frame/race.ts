// Contenders by turns: the speed of a machine drifts, ratios inside one run do not.
import { setTimeout } from 'node:timers/promises';

/** Milliseconds: by the clock, and of processors at work. */
export interface Lap {
  readonly clock: number;
  readonly processor: number;
}

/** Something to be timed. */
export interface Contender {
  readonly name: string;
  /**
   * Does the work so often; resolves when it is done. A contender that measures by itself resolves with what it took, or with the
   * milliseconds by its clock alone.
   */
  run(times: number): Promise<Lap | number | undefined>;
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
  /** Median over the rounds of this contender's time against the first one's in the same round. */
  readonly ratio: number;
  /** Turns that were measured. */
  readonly turns: number;
}

/** Contenders whose run is so many turns long have their turn only in every tenth round. */
const RARE = 4;

/** Lets threads that spin for more work fall asleep before the next contender has the machine. */
const PAUSE = 20; // ms

/** The time of each contender over interleaved turns, after a warm-up that is not counted. */
export async function race(
  contenders: readonly Contender[],
  { rounds, turn, slow = 5000, processor = false }: RaceOptions,
): Promise<Time[]> {
  const runs: number[] = [];
  const rare: boolean[] = [];
  const laps: Lap[][] = [];
  for (const contender of contenders) {
    const first = await timed(contender, 1);
    const isSlow = first.clock > slow;
    const estimate = isSlow ? first.clock : await warm(contender, turn);
    runs.push(isSlow ? 0 : Math.max(1, Math.round(turn / estimate)));
    rare.push(estimate > RARE * turn);
    laps.push(isSlow ? [first] : []);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) {
      if (runs[i] === 0 || (rare[i] && round % 10 !== 0)) continue;
      await setTimeout(PAUSE);
      laps[i]![round] = await timed(contender, runs[i]!);
    }
  }
  const counted = laps.map((list) => list.map((lap) => (processor ? lap.processor : lap.clock)));
  return counted.map((sparse) => {
    const ratios = sparse.map((time, round) => time / (counted[0]![round] ?? median(counted[0]!)));
    const list = Object.values(sparse);
    return { median: median(list), least: Math.min(...list), ratio: median(ratios), turns: list.length };
  });
}

/** Runs for a few turns; the milliseconds of a run in the last. */
async function warm(contender: Contender, turn: number): Promise<number> {
  let each = (await timed(contender, 1)).clock;
  for (let i = 0; i < 3; i++) each = (await timed(contender, Math.max(1, Math.round(turn / each)))).clock;
  return each;
}

/** What one of so many runs took. */
async function timed(contender: Contender, times: number): Promise<Lap> {
  const used = process.cpuUsage();
  const start = performance.now();
  const answer = await contender.run(times);
  const own = typeof answer === 'number' ? { clock: answer, processor: answer } : answer;
  const { user, system } = process.cpuUsage(used);
  const { clock, processor } = own ?? { clock: performance.now() - start, processor: (user + system) / 1000 };
  return { clock: clock / times, processor: processor / times };
}

/** The middle of some numbers; places that are empty do not count. */
export function median(values: readonly number[]): number {
  const sorted = Object.values(values).sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
