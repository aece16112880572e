import { cpu } from '@nablajs/backend-cpu';
import { describeBackend } from '@nablajs/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharing } from '../../src/threads/sharing.ts';
import { REPRESENTATIVE } from './representative.ts';

describe('deterministic', () => {
  describeBackend(() => cpu({ threads: 1, deterministic: true }), { only: REPRESENTATIVE });
});

describe('two threads, everything shared', () => {
  const usual = { ...sharing };
  beforeAll(() => void Object.assign(sharing, { least: 0, startAfter: 0 }));
  afterAll(() => void Object.assign(sharing, usual));
  describeBackend(() => cpu({ threads: 2 }), { only: REPRESENTATIVE });
});

test('a backend says what it made of its options', async () => {
  const usual = await cpu({ threads: 2 });
  const exact = await cpu({ threads: 1, deterministic: true });
  expect(usual.info).toEqual({ threads: 2, relaxedSimd: true, wideVectors: false, notes: [] });
  expect(exact.info).toEqual({ threads: 1, relaxedSimd: false, wideVectors: false, notes: [] });
  await usual.dispose();
  await exact.dispose();
});
