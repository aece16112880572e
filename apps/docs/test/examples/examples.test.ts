// Every block of code on the site runs, prints what the page says it prints, and satisfies the strict compiler.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { allExamples, type Example, examplesOf, SITE } from './blocks.ts';

// Beside the pages, so that the examples find what the site depends on.
const FOLDER = join(SITE, '.examples');
const examples = allExamples();

const fileOf = ({ page, line }: Example): string => join(FOLDER, `${page.replace(/\W/g, '-')}-${line}.ts`);

beforeAll(() => {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const example of examples) writeFileSync(fileOf(example), `${example.code}\nexport {};\n`);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the examples of the site', () => {
  test('there are some on every kind of page', () => {
    for (const folder of ['index', 'guide/', 'course/', 'extend/']) {
      expect(examples.some(({ page }) => page.startsWith(folder))).toBe(true);
    }
  });

  test.each(examples.map((example) => [`${example.page}:${example.line}`, example] as const))(
    '%s runs',
    async (_, example) => {
      const printed: string[] = [];
      vi.spyOn(console, 'log').mockImplementation((...args: unknown[]) => void printed.push(format(...args)));
      vi.spyOn(process.stdout, 'write').mockReturnValue(true);
      vi.spyOn(process, 'cwd').mockReturnValue(join(tmpdir()));
      // Each example begins with a library that nobody has used.
      vi.resetModules();
      await import(/* @vite-ignore */ fileOf(example));
      if (example.output !== null) expect(printed.join('\n')).toBe(example.output);
    },
  );

  test('all of them satisfy the strict compiler', () => {
    const tsc = join(createRequire(join(SITE, '../../package.json')).resolve('typescript/package.json'), '../bin/tsc');
    const run = (): string => {
      try {
        return execFileSync(process.execPath, [tsc, '-p', join(SITE, 'examples.tsconfig.json')], { encoding: 'utf8' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    };
    expect(run()).toBe('');
  });
});

describe('finding examples', () => {
  test('continuations and outputs belong to the module before them', () => {
    const page = [
      '```ts',
      'a;',
      '```',
      'then',
      '```ts continue',
      'b;',
      '```',
      '```text output',
      '1',
      '```',
      '```sh',
      'x',
      '```',
    ].join('\n');
    expect(examplesOf('p.md', page)).toEqual([{ page: 'p.md', line: 1, code: 'a;\nb;', output: '1' }]);
  });

  test('a continuation of nothing and an unknown mark are refused', () => {
    expect(() => examplesOf('p.md', '```ts continue\n1\n```')).toThrow('p.md:1');
    expect(() => examplesOf('p.md', '```ts twoslash\n1\n```')).toThrow("marked 'ts twoslash'");
  });
});
