// In a file of its own: the option holds for the whole process.
import { setFlagsFromString } from 'node:v8';
import { cpu } from '@nablajs/backend-cpu';
import { describeBackend } from '@nablajs/testkit';
import { expect, test } from 'vitest';
import { disagreement } from '../../src/turbo.ts';
import { REPRESENTATIVE } from './representative.ts';

const node = Number.parseInt(process.versions.node, 10);

describeBackend(
  async () => {
    const backend = await cpu({ threads: 1, turbo: true });
    // The compiler that pairs vectors would wait for code that runs often.
    if (node >= 24) setFlagsFromString('--no-liftoff');
    return backend;
  },
  { only: REPRESENTATIVE },
);

test('turbo is in use, or the backend says why not', async () => {
  const { info, dispose } = await cpu({ threads: 1, turbo: true });
  expect(info.wideVectors).toBe(node >= 24);
  if (node >= 24) expect(info.notes).toEqual([]);
  else expect(info.notes).toEqual([`turbo: off, for it needs Node 24 or later; this is Node ${node}.`]);
  await dispose();
});

test('one wrong bit is a disagreement, the kind of NaN is not', () => {
  const right = Float32Array.of(1, Number.NaN, -0);
  const otherNaN = new Float32Array(Uint32Array.of(0x3f800000, 0xffc00001, 0x80000000).buffer);
  expect(disagreement(right, otherNaN)).toBeNull();
  expect(disagreement(right, Float32Array.of(1, Number.NaN, 0))).toBe('number 2 is 0 instead of 0');
  expect(disagreement(right, Float32Array.of(1.0000001, 0, -0))).toMatch(/^number 0 is 1\.0000001/);
});
