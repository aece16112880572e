import type { ProgressSink } from './progress.ts';

interface NodeProcess {
  readonly stdout?: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): boolean };
}

/** Standard output in Node, the console elsewhere. */
export function defaultSink(): ProgressSink {
  const out = (globalThis as unknown as { process?: NodeProcess }).process?.stdout;
  if (!out) return { isTTY: false, columns: 80, write: (text) => console.log(text.trimEnd()) };
  return { isTTY: out.isTTY === true, columns: out.columns ?? 80, write: (text) => void out.write(text) };
}
