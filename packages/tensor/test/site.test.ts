// Errors and graphs know the user's line: the innermost one that is not ours.
import { reference } from '@nablajs/backend-reference';
import { inScope, NablaError, ShapeError, scopePath, setBackend, tensor } from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import { siteText } from '../src/site.ts';

beforeAll(() => setBackend(reference()));

function lineOf(text: string | undefined): number {
  return Number(/site\.test\.ts:(\d+):\d+$/.exec(text ?? '')?.[1]);
}

function here(): number {
  // Without the frame of this function itself.
  return lineOf(siteText({ stack: new Error().stack!.replace(/\n.*/, '') }));
}

test('a node knows the line of the call', () => {
  const [y, line] = [tensor([1]).add(1), here()];
  expect(Math.abs(lineOf(y.node.site) - line)).toBeLessThanOrEqual(1);
});

test('an error of an op ends with the line of the call and tells op and place as data', () => {
  let error: ShapeError | null = null;
  const line = here() + 2;
  try {
    tensor([1, 2]).matmul(tensor([[1, 2, 3]]));
  } catch (caught) {
    error = caught as ShapeError;
  }
  expect(error).toBeInstanceOf(ShapeError);
  expect(error).toBeInstanceOf(NablaError);
  expect(error!.op).toBe('matmul');
  expect(lineOf(error!.message)).toBe(line);
  expect(lineOf(error!.site)).toBe(line);
  expect(error!.detail).not.toContain('site.test.ts');
});

test('layers nest in the path of nodes and errors, and end with their function, also by an error', () => {
  let path = '';
  const run = (): unknown =>
    inScope('"block" (Block)', () =>
      inScope('"dense_1" (Dense)', () => {
        path = tensor([1]).neg().node.path;
        return tensor([1, 2]).add(tensor([1, 2, 3]));
      }),
    );
  expect(run).toThrow(/^in "block" \(Block\) > "dense_1" \(Dense\): add: shapes/);
  expect(path).toBe('"block" (Block) > "dense_1" (Dense)');
  expect(scopePath()).toBe('');
});

describe('stacks of other engines', () => {
  const site = (stack: string): string | undefined => siteText({ stack });
  test.each([
    ['V8, a named frame', 'Error\n    at f (/home/me/app.ts:3:7)', '/home/me/app.ts:3:7'],
    ['V8, a bare frame', 'Error\n    at file:///home/me/app.mjs:3:7', '/home/me/app.mjs:3:7'],
    ['V8, an async frame', 'Error\n    at async f (file:///home/me/app.mjs:3:7)', '/home/me/app.mjs:3:7'],
    ['V8 on Windows', 'Error\n    at f (C:\\me\\app.ts:3:7)', 'C:\\me\\app.ts:3:7'],
    ['V8 in a page', 'Error\n    at f (https://example.org/app.js:3:7)', 'https://example.org/app.js:3:7'],
    ['Firefox', 'f@https://example.org/app.js:3:7\n', 'https://example.org/app.js:3:7'],
    [
      'Safari',
      'f@https://example.org/app.js:3:7\nmodule code@https://example.org/app.js:9:1',
      'https://example.org/app.js:3:7',
    ],
    [
      'frames of installed packages of ours',
      'Error\n    at f (/x/node_modules/@nablajs/tensor/dist/op.js:1:2)\n    at g (/x/a.ts:3:7)',
      '/x/a.ts:3:7',
    ],
    [
      'frames of the host',
      'Error\n    at node:internal/process/task_queues:95:5\n    at g (/x/a.ts:3:7)',
      '/x/a.ts:3:7',
    ],
    ['nothing of the user', 'Error\n    at <anonymous>', undefined],
  ])('%s', (_, stack, expected) => expect(site(stack)).toBe(expected));

  test('no stack at all', () => expect(siteText({})).toBeUndefined());
});
