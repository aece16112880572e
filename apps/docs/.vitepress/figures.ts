// Figures drawn from what an example prints, so that they show what the tests have checked: ```text output chart for a table
// of columns, ```text output heat for images printed as digits. They are part of the page, and need no script.

const WIDTH = 480;
const HEIGHT = 230;
const FRAME = { left: 36, right: 76, top: 12, bottom: 32 };

interface Table {
  /** The first names what runs along the bottom, the others what is drawn. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

/** Lines over the first column of a table; its first row has the names. */
export function chart(printed: string): string {
  const { names, rows } = tableOf(printed);
  const across = rows.map(([x]) => x!);
  const [first, last] = [Math.min(...across), Math.max(...across)];
  const most = niceTop(Math.max(...rows.flatMap((row) => row.slice(1))));
  const x = (value: number): number =>
    FRAME.left + ((value - first) / (last - first)) * (WIDTH - FRAME.left - FRAME.right);
  const y = (value: number): number => FRAME.top + (1 - value / most) * (HEIGHT - FRAME.top - FRAME.bottom);
  const grid = [0, 0.5, 1].map((share) => {
    const height = round(y(share * most));
    return (
      `<line x1="${FRAME.left}" x2="${WIDTH - FRAME.right}" y1="${height}" y2="${height}"/>` +
      `<text x="${FRAME.left - 8}" y="${height}" dy="0.32em" text-anchor="end">${round(share * most)}</text>`
    );
  });
  const ends = [first, last].map((value, i) => {
    const anchor = i === 0 ? 'start' : 'end';
    return `<text x="${round(x(value))}" y="${HEIGHT - 12}" text-anchor="${anchor}">${i === 0 ? `${names[0]} ` : ''}${value}</text>`;
  });
  const lines = names.slice(1).map((name, i) => {
    const path = rows.map((row, j) => `${j === 0 ? 'M' : 'L'}${round(x(row[0]!))} ${round(y(row[i + 1]!))}`).join('');
    const end = rows.at(-1)!;
    return (
      `<g class="series-${i}"><path d="${path}"/>` +
      `<text x="${round(x(end[0]!) + 8)}" y="${round(y(end[i + 1]!))}" dy="0.32em">${escaped(name)}</text></g>`
    );
  });
  const label = `${names.slice(1).join(' and ')} by ${names[0]}`;
  return (
    `<figure class="printed-chart"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(label)}">` +
    `<g class="grid">${grid.join('')}${ends.join('')}</g>${lines.join('')}</svg></figure>`
  );
}

/** Images printed as digits, side by side: 0 is paper, 9 is ink. */
export function heat(printed: string): string {
  const rows = printed
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  if (rows.some((row) => row.some((digits) => !/^\d+$/.test(digits)))) throw new Error(`no images: ${printed}`);
  const widths = rows[0]!.map((digits) => digits.length);
  const starts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width + 1, 0));
  const total = starts.at(-1)! + widths.at(-1)!;
  const levels = Array.from({ length: 10 }, () => '');
  rows.forEach((row, top) => {
    row.forEach((digits, i) => {
      [...digits].forEach((digit, left) => {
        levels[Number(digit)] += `M${starts[i]! + left} ${top}h1v1h-1z`;
      });
    });
  });
  const frames = starts.map(
    (left, i) => `<path class="paper" d="M${left} 0h${widths[i]}v${rows.length}h-${widths[i]}z"/>`,
  );
  const paths = levels.flatMap((path, level) =>
    path === '' || level === 0 ? [] : [`<path fill-opacity="${round(level / 9)}" d="${path}"/>`],
  );
  const cell = Math.min(20, Math.max(6, Math.floor(620 / Math.max(total, 1))), Math.floor(240 / rows.length));
  return (
    `<figure class="printed-heat"><svg viewBox="0 0 ${total} ${rows.length}" width="${total * cell}" role="img" ` +
    `aria-label="The numbers below as shades: the larger, the darker">${frames.join('')}${paths.join('')}</svg></figure>`
  );
}

function tableOf(printed: string): Table {
  const [names, ...rows] = printed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const numbers = rows.map((row) => row.map(Number));
  if (!names || numbers.length < 2 || numbers.some((row) => row.length !== names.length || row.some(Number.isNaN)))
    throw new Error(`no table of numbers with names above: ${printed}`);
  return { names, rows: numbers };
}

/** The next of 1, 2, 5, 10, ... that is not below a number. */
function niceTop(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * unit).find((top) => top >= value)!;
}

const round = (value: number): number => Math.round(100 * value) / 100;
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

interface Fences {
  readonly renderer: { readonly rules: { fence?: Fence } };
}
type Fence = (
  tokens: readonly { readonly info: string; readonly content: string }[],
  place: number,
  ...rest: never[]
) => string;

/** Puts the figures beside the blocks that ask for them. */
export function figures(markdown: Fences): void {
  const plain = markdown.renderer.rules.fence!;
  markdown.renderer.rules.fence = (tokens, place, ...rest) => {
    const { info, content } = tokens[place]!;
    const block = plain(tokens, place, ...rest);
    if (info.trim() === 'text output chart') return block + chart(content);
    if (info.trim() !== 'text output heat') return block;
    return `${heat(content)}<details class="printed-numbers"><summary>What it printed</summary>${block}</details>`;
  };
}
