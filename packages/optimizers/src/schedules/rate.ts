import { full, type Tensor } from '@nablajs/tensor';
import { type Rate, Schedule } from './schedule.ts';

/** The rate at a step. */
export function rateAt(rate: Rate, step: Tensor): Tensor {
  return rate instanceof Schedule ? rate.call(step) : full([], rate);
}
