import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkFloors } from '../check-floors.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nabla-floors-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function addPackage(folder: string, dependencies: readonly string[], source = 'export {};\n'): void {
  const wanted = Object.fromEntries(dependencies.map((name) => [`@nablajs/${name}`, 'workspace:^']));
  write(`packages/${folder}/package.json`, JSON.stringify({ name: `@nablajs/${folder}`, dependencies: wanted }));
  const references = dependencies.map((name) => ({ path: `../${name}` }));
  write(`packages/${folder}/tsconfig.json`, JSON.stringify({ references }));
  write(`packages/${folder}/src/index.ts`, source);
}

describe('the floors of the house', () => {
  test('imports that point downward pass', () => {
    addPackage('tensor', []);
    addPackage('layers', ['tensor'], "import '@nablajs/tensor';\n");
    addPackage('augment', ['layers', 'tensor'], "export * from '@nablajs/layers';\n");
    expect(checkFloors(root)).toEqual([]);
  });

  test.each([
    ['tensor', 'autograd', 'tensor is on floor 1, autograd above it on floor 2'],
    ['losses', 'layers', 'both are on floor 3'],
    ['layers', 'augment', 'both are on floor 3'],
    ['model', 'backend-cpu', 'a side package, which floors 1 to 4 do not import'],
    ['backend-cpu', 'autograd', 'backend-cpu may import only tensor'],
    ['testkit', 'model', 'testkit may import only tensor, autograd, backend-reference, layers'],
  ])('%s must not import %s, by manifest, value or type', (from, to, reason) => {
    addPackage(from, [to], `import '@nablajs/${to}';\nexport type { X } from '@nablajs/${to}';\n`);
    addPackage(to, []);
    const problems = checkFloors(root).filter((problem) => problem.startsWith(`packages/${from}/`));
    expect(problems).toEqual([
      expect.stringMatching(`package.json: depends on @nablajs/${to}: .*${reason}`),
      expect.stringMatching(`index.ts:1: imports @nablajs/${to}: .*${reason}`),
      expect.stringMatching(`index.ts:2: imports @nablajs/${to}: .*${reason}`),
    ]);
  });

  test('tensor has no dependencies, and no package imports what it does not declare', () => {
    write('packages/tensor/package.json', JSON.stringify({ name: '@nablajs/tensor', dependencies: { leftpad: '1' } }));
    write('packages/tensor/src/index.ts', "import 'cac';\n// import 'in-a-comment';\n");
    expect(checkFloors(root)).toEqual([
      'packages/tensor/package.json: depends on leftpad; tensor has no dependencies',
      'packages/tensor/src/index.ts:1: imports cac, not declared in package.json',
    ]);
  });

  test('project references follow the manifest', () => {
    addPackage('tensor', []);
    addPackage('losses', ['tensor']);
    write('packages/losses/tsconfig.json', JSON.stringify({ references: [{ path: '../autograd' }] }));
    expect(checkFloors(root)).toEqual([
      'packages/losses/tsconfig.json: lacks the reference ../tensor',
      'packages/losses/tsconfig.json: references ../autograd, no dependency',
    ]);
  });

  test('a run-time import cycle is reported once, a type-only one not at all', () => {
    addPackage('tensor', [], "import './a.ts';\n");
    write('packages/tensor/src/a.ts', "import { b } from './b.ts';\nexport const a: unknown = b;\n");
    write('packages/tensor/src/b.ts', "import { a } from './a.ts';\nexport const b: unknown = a;\n");
    const src = 'packages/tensor/src';
    expect(checkFloors(root)).toEqual([`import cycle: ${src}/a.ts -> ${src}/b.ts -> ${src}/a.ts`]);
    write('packages/tensor/src/b.ts', "import type { a } from './a.ts';\nexport type B = typeof a;\n");
    expect(checkFloors(root)).toEqual([]);
  });

  test('a long file, an import that leaves src, and a package without a floor', () => {
    addPackage('tensor', [], `import '../test/secret.ts';\n${'export {};\n'.repeat(450)}`);
    addPackage('cellar', []);
    expect(checkFloors(root)).toEqual([
      'packages/cellar: has no floor. Give it one in scripts/check-floors.mjs.',
      'packages/tensor/src/index.ts: 451 lines. A file is one idea: split it below 450.',
      "packages/tensor/src/index.ts:1: ../test/secret.ts leaves the package's src",
    ]);
  });
});
