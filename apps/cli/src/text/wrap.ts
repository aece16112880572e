/**
 * Text in lines of at most `width` characters. Line breaks and indentation stay, entries of lists (`- `) hang; words that
 * are too long break after a `/`.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const start = /^ *(?:- )?/.exec(line)![0];
  const room = width - start.length;
  const lines: string[] = [];
  let current = '';
  for (const word of line.slice(start.length).split(/ +/)) {
    if (current !== '' && current.length + 1 + word.length <= room) {
      current += ` ${word}`;
      continue;
    }
    if (current !== '') lines.push(current);
    for (current = word; current.length > room; ) {
      const cut = cutOf(current, room);
      lines.push(current.slice(0, cut));
      current = current.slice(cut);
    }
  }
  return [...lines, current].map((text, i) => (i === 0 ? start : ' '.repeat(start.length)) + text);
}

/** Where a long word breaks: after the last `/` that fits, or at the edge. */
function cutOf(word: string, width: number): number {
  const slash = word.lastIndexOf('/', width - 1);
  return slash > 0 ? slash + 1 : width;
}
