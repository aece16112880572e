import { BackendUnavailableError } from '@nablajs/tensor';
import { expect, test } from 'vitest';
import { failureOf } from '../src/failure.ts';

const told = (message: string): string =>
  failureOf(new BackendUnavailableError(message), new AbortController().signal).text;

test('what went wrong is one paragraph', () => {
  expect(told('no   such\n  thing.')).toBe('BackendUnavailableError: no such thing.');
});

test('items of a list keep lines of their own', () => {
  expect(told('Looked in\n  - here\n  - there\nInstall it.\nOr not.')).toBe(
    'BackendUnavailableError: Looked in\n  - here\n  - there\nInstall it. Or not.',
  );
});
