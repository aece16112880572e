// Makes samples of numbers: 13 and words cannot be made, -1 never comes back, and at -2 the worker ends.

import { serveSamples } from '@nablajs/data';
import { fromData } from '@nablajs/tensor';

const shared = new Float32Array(100);

serveSamples(async (item: number | string) => {
  if (typeof item === 'string') throw new Error('this is no number');
  if (item === 13) throw new Error('there is no thirteenth');
  if (item === -2) process.exit();
  if (item === -1) await new Promise(() => {});
  // Later ones are ready sooner, so that answers arrive in another order than questions.
  await new Promise((done) => setTimeout(done, 20 - (item % 20)));
  shared.fill(item);
  return {
    x: { whole: fromData(Float32Array.of(item, item + 0.25, item, item), [2, 2]), part: shared.subarray(10, 13) },
    y: item % 3,
  };
});
