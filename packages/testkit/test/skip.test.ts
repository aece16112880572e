import { expect, test } from 'vitest';
import { type Case, type CaseContext, NotApplicable } from '../src/case.ts';
import { judge } from '../src/judge.ts';
import { entryFor, idlePatterns, matches } from '../src/skip.ts';

const context = {} as CaseContext;
const passing: Case['run'] = async () => undefined;
const failing: Case['run'] = async () => {
  throw new Error('wrong');
};
const skip = { reason: 'not yet', tests: ['conv/*'] };

test('a case passes or fails; a skipped one must fail', async () => {
  expect(await judge(passing, context, undefined)).toBeNull();
  await expect(judge(failing, context, undefined)).rejects.toThrow('wrong');
  expect(await judge(failing, context, skip)).toBe('not yet');
  await expect(judge(passing, context, skip)).rejects.toThrow(
    'stale skip: this test passes. Remove it from the list (its reason was: not yet).',
  );
});

test('a case with nothing to say is skipped by itself', async () => {
  const moot: Case['run'] = async () => {
    throw new NotApplicable('has no float64');
  };
  expect(await judge(moot, context, undefined)).toBe('has no float64');
});

test('patterns match whole ids, * anything, everything else itself', () => {
  expect(matches('conv/*', 'conv/values/float32[1, 5]')).toBe(true);
  expect(matches('conv/*', 'convInputGradient/values/x')).toBe(false);
  expect(matches('*/gradient/*', 'matmul/gradient/float32[2, 3] (a.b)')).toBe(true);
  expect(matches('a/[1, 2]', 'a/[1, 2]')).toBe(true);
  expect(matches('a/[1, 2]', 'a/1')).toBe(false);
  expect(matches('a.c', 'abc')).toBe(false);
});

test('the first entry that matches wins, and patterns without a match are told', () => {
  const entries = [skip, { reason: 'other', tests: ['*/3-D', 'gone/*'] }];
  expect(entryFor(entries, 'conv/3-D')?.reason).toBe('not yet');
  expect(entryFor(entries, 'pool/3-D')?.reason).toBe('other');
  expect(entryFor(entries, 'pool/2-D')).toBeUndefined();
  expect(idlePatterns(entries, ['conv/3-D', 'pool/2-D'])).toEqual(['gone/*']);
});
