// What an operating system says of files, as sentences.

interface Host {
  readonly process?: { cwd?(): string };
}

const ADVICE: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name a file in it.',
  ENOTDIR: 'It, or what its path goes through, is a file where a folder should be.',
  EEXIST: 'A file lies where a folder should be: name another place.',
  EACCES: 'This process has no right to: change the permissions, or name another place.',
  EPERM: 'This process has no right to: change the permissions, or name another place.',
  EROFS: 'Its disk can only be read: name another place.',
  ENOSPC: 'The disk is full: make room, or name another place.',
  EMFILE: 'Too many files are open: handle fewer at a time, or raise the limit with ulimit -n.',
};

/**
 * What is wrong with a file or folder that could not be read or written, and what to do about it, from the error that said so.
 * @param path as the caller gave it
 * @returns `(ENOENT). There is no such file or folder.` and the like, to follow `cannot read iris.csv`
 */
export function fileAdvice(path: string, cause: unknown): string {
  const { code, message } = cause as { readonly code?: unknown; readonly message?: string };
  if (code === 'ENOENT') return `(ENOENT). There is no such file or folder${seenFrom(path)}.`;
  const advice = typeof code === 'string' ? ADVICE[code] : undefined;
  return advice === undefined ? `(${message ?? String(cause)}).` : `(${code}). ${advice}`;
}

/** Where a relative path begins, which is not where the program lies that names it. */
function seenFrom(path: string): string {
  const folder = (globalThis as Host).process?.cwd?.();
  return folder === undefined || /^([/\\]|[a-z]:)/i.test(path) ? '' : ` as seen from ${folder}, where the program runs`;
}
