import { NablaError } from '@nablajs/tensor';
import { UsageError } from './arguments/usage-error.ts';

/** How a command ended that did not succeed. */
export interface Failure {
  /** 2: wrongly called; 1: failed; 130: interrupted, as shells count it. */
  readonly exitCode: 1 | 2 | 130;
  /** One paragraph; items of a list have lines of their own. */
  readonly text: string;
}

/** What to tell about an error. */
export function failureOf(error: unknown, signal: AbortSignal): Failure {
  if (error instanceof UsageError) {
    const { command, message } = error;
    const about = command === undefined ? 'nabla' : `nabla ${command}`;
    return { exitCode: 2, text: `${about}: ${message} See ${about} --help.` };
  }
  if (signal.aborted) return { exitCode: 130, text: 'Interrupted.' };
  return { exitCode: 1, text: paragraph(describe(error)) };
}

function describe(error: unknown): string {
  if (error instanceof NablaError) {
    return `${error.name}${error.path ? ` in ${error.path}` : ''}: ${error.detail}`;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `Unexpected ${what.replace(/\.?$/, '.')} Run the command with --debug to see where it comes from.`;
}

function paragraph(text: string): string {
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  const isItem = (line: string | undefined): boolean => line?.startsWith('- ') === true;
  return lines
    .reduce((whole, line, i) => {
      const gap = isItem(line) ? '\n  ' : isItem(lines[i - 1]) ? '\n' : ' ';
      return `${whole}${gap}${line}`;
    })
    .trim();
}
