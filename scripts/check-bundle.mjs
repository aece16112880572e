// What a page has to load: small programs made ready by each bundler and by none, run in Chromium, their results compared
// with Node's, and every script that was fetched meanwhile weighed against a budget. With --write, the docs get the table.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { withBrowser } from './bundles/browser.mjs';
import { BUNDLERS } from './bundles/bundlers.mjs';
import { PROGRAMS } from './bundles/programs.mjs';
import { ROOT } from './workspace.mjs';

const FOLDER = join(ROOT, 'dist/bundles');
const GUIDE = join(ROOT, 'apps/docs/guide/deployment.md');
const TABLE = /(<!-- sizes -->\n)[\s\S]*?(<!-- \/sizes -->)/;

/** @typedef {{ bundler: string, size: number, files: number }} Weight */

/** What Node prints. @param {string} file */
async function nodePrints(file) {
  const { stdout } = await promisify(execFile)(process.execPath, [file]);
  return stdout.trim();
}

/** @param {readonly string[]} files */
const gzipped = (files) => files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);

/** @param {number} bytes */
const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

rmSync(FOLDER, { recursive: true, force: true });
const failures = /** @type {string[]} */ ([]);
const rows = /** @type {{ title: string, weights: Weight[] }[]} */ ([]);

const prepared = await Promise.all(
  Object.entries(PROGRAMS).map(async ([name, program]) => {
    const folder = join(FOLDER, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'main.js'), program.code);
    // Node would take a .js file in this repository for a module too, but a page's folder is nobody's package.
    writeFileSync(join(folder, 'main.mjs'), program.code);
    const bundlers = Object.entries(BUNDLERS).filter(
      ([bundler]) => bundler in program.budgets || (bundler === 'none' && program.unbundled),
    );
    const pages = await Promise.all(
      bundlers.map(async ([bundler, make]) => ({ bundler, path: join(relative(ROOT, folder), await make(folder)) })),
    );
    return { ...program, pages, expected: await nodePrints(join(folder, 'main.mjs')) };
  }),
);

await withBrowser(ROOT, async (run) => {
  for (const { title, budgets, goal, pages, expected } of prepared) {
    const weights = /** @type {Weight[]} */ ([]);
    const outcomes = await Promise.allSettled(pages.map(({ path }) => run(path)));
    for (const [i, outcome] of outcomes.entries()) {
      const { bundler } = /** @type {{ bundler: string }} */ (pages[i]);
      if (outcome.status === 'rejected') {
        failures.push(`${title}, ${bundler}: ${outcome.reason.message}`);
        continue;
      }
      const { line, files } = outcome.value;
      if (line !== expected) failures.push(`${title}, ${bundler}: printed ${line}, Node ${expected}`);
      const size = gzipped(files);
      weights.push({ bundler, size, files: files.length });
      const budget = budgets[bundler] ?? Number.POSITIVE_INFINITY;
      if (size > budget * 1000) failures.push(`${title}, ${bundler}: ${kilobytes(size)} kB, budget ${budget}`);
    }
    rows.push({ title, weights });
    const cells = weights.map(({ bundler, size, files }) => {
      const budget = bundler in budgets ? ` of ${budgets[bundler]}` : '';
      return `${bundler} ${kilobytes(size)}${budget} kB in ${files}`;
    });
    console.log(`${title}${goal === undefined ? '' : ` (goal ${goal})`}: ${cells.join(', ')}`);
  }
});

for (const failure of failures) console.error(`FAILED ${failure}`);
if (process.argv.includes('--write')) {
  /** @param {Weight | undefined} weight */
  const cell = (weight) => (weight ? kilobytes(weight.size) : '');
  const names = Object.keys(BUNDLERS).filter((name) => name !== 'none');
  const lines = [
    `| what the page does | ${names.join(' | ')} |`,
    `|---|${names.map(() => '---:|').join('')}`,
    ...rows.map(
      ({ title, weights }) =>
        `| ${title} | ${names.map((name) => cell(weights.find(({ bundler }) => bundler === name))).join(' | ')} |`,
    ),
  ];
  const guide = readFileSync(GUIDE, 'utf8');
  writeFileSync(
    GUIDE,
    guide.replace(TABLE, (_, begin, end) => `${begin}\n${lines.join('\n')}\n\n${end}`),
  );
}
process.exitCode = failures.length === 0 ? 0 : 1;
