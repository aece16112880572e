// The code on the hand-written pages, as modules. A ```ts block is a module of its own, also as a tab, ```ts [Nabla];
// ```ts continue goes on with the one before; ```text output is what a module prints, with or without a figure of it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the site's sources. */
export const SITE: string = fileURLToPath(new URL('../../', import.meta.url));
const FOLDERS = ['.', 'guide', 'course', 'extend'];

/** One module of a page. */
export interface Example {
  /** Path of the page from the site's folder. */
  readonly page: string;
  /** Line of the page where the module begins. */
  readonly line: number;
  readonly code: string;
  /** What it prints, when the page says so. */
  readonly output: string | null;
}

interface Block {
  readonly info: string;
  readonly line: number;
  readonly text: string;
}

/** All examples of all hand-written pages. */
export function allExamples(): Example[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(SITE, folder))
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => {
        const path = join(SITE, folder, name);
        return examplesOf(relative(SITE, path), readFileSync(path, 'utf8'));
      }),
  );
}

/** The examples in one page's text. Throws for a continuation or an output that follows nothing. */
export function examplesOf(page: string, text: string): Example[] {
  const examples: Example[] = [];
  for (const { info, line, text: body } of blocksOf(text)) {
    const last = examples.at(-1);
    if (/^ts( \[[^\]]+\])?$/.test(info)) {
      examples.push({ page, line, code: body, output: null });
      continue;
    }
    const isOutput = /^text output( chart| heat)?$/.test(info);
    if (info !== 'ts continue' && !isOutput) {
      if (/^(ts|typescript)\b/.test(info))
        throw new Error(`${page}:${line}: a block is marked '${info}'. Use ts, or ts continue.`);
      continue;
    }
    if (!last) throw new Error(`${page}:${line}: '${info}' follows no ts block.`);
    examples[examples.length - 1] =
      info === 'ts continue'
        ? { ...last, code: `${last.code}\n${body}` }
        : { ...last, output: [last.output, body].filter((part) => part !== null).join('\n') };
  }
  return examples;
}

function blocksOf(text: string): Block[] {
  const lines = text.split('\n');
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const info = /^```(\S.*)$/.exec(lines[i]!)?.[1]?.trim();
    if (info === undefined) continue;
    const end = lines.indexOf('```', i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: a code block has no end.`);
    blocks.push({ info, line: i + 1, text: lines.slice(i + 1, end).join('\n') });
    i = end;
  }
  return blocks;
}
