import type { Contender } from '../frame/race.ts';

/** Somebody who can train a task. */
export interface Trainer extends Contender {
  /** The losses of the next steps, to see that all compute the same. */
  losses(steps: number): Promise<number[]>;
  close(): Promise<void>;
}
