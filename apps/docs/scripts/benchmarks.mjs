// Runs the benchmarks and writes their tables into guide/benchmark-results.md, which the page about them includes.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const BENCH = fileURLToPath(new URL('../../bench/src/main.mjs', import.meta.url));
const PAGE = fileURLToPath(new URL('../guide/benchmark-results.md', import.meta.url));

const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH], { encoding: 'utf8' });
if (status !== 0) throw new Error(`The benchmarks ended with ${status}:\n${stderr}`);
writeFileSync(PAGE, pageOf(stdout));
console.log(stdout);

/** Tables of text, set off by two spaces and parted by three, as tables of Markdown. @param {string} text */
function pageOf(text) {
  const [machine = '', ...sections] = text.trim().split(/\n\n+/);
  const tables = sections.map((section) => {
    const [title, ...lines] = section.split('\n');
    const rows = lines.map((line) =>
      line
        .slice(2)
        .split(/ {3,}/)
        .map((cell) => cell.trim()),
    );
    const columns = Math.max(...rows.map((row) => row.length));
    // The first cell of a header is empty, and vanishes with the spaces before the second.
    const padded = rows.map((row) => [...Array(columns - row.length).fill(''), ...row]);
    const [head, ...body] = padded.map((row) => `| ${row.join(' | ')} |`);
    return [`## ${title}`, '', head, `|---${'|--:'.repeat(columns - 1)}|`, ...body].join('\n');
  });
  return `${[`Measured on ${machine}.`, ...tables].join('\n\n')}\n`;
}
