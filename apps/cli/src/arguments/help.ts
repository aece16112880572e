// What `--help` prints.
import { wrap } from '../text/wrap.ts';
import { COMMON_OPTIONS, type CommandName, declarations, type OptionDeclaration } from './declarations.ts';

const COLUMNS = 80;

/** The help of one command, or of all. */
export function helpText(command: CommandName | undefined): string {
  return command === undefined ? overview() : helpOf(command);
}

function overview(): string {
  const commands = Object.entries(declarations).map(
    ([name, { arguments: words, text }]) => [`${name} ${words}`.trim(), text] as const,
  );
  return sections([
    ['', 'nabla: train, test and use neural networks from the terminal.'],
    ['Usage', '  nabla <command> [options]'],
    ['Commands', table(commands)],
    ['Options', table([...COMMON_OPTIONS.map(optionRow), ['-v, --version', 'Show the version']])],
    ['', 'nabla <command> --help says more about a command.'],
  ]);
}

function helpOf(name: CommandName): string {
  const { arguments: words, text, details, options, examples } = declarations[name];
  return sections([
    ['', wrap(`${text}.`, COLUMNS).join('\n')],
    ['Usage', `  ${`nabla ${name} ${words}`.trim()} [options]`],
    ['Arguments', table(details.map(([argument, meaning]) => [`<${argument}>`, meaning]))],
    ['Options', table([...options, ...COMMON_OPTIONS].map(optionRow))],
    ['Examples', examples.map((example) => `  ${example}`).join('\n')],
  ]);
}

function optionRow({ flags, text, default: value }: OptionDeclaration): readonly [string, string] {
  return [flags, value === undefined ? text : `${text} (default: ${value})`];
}

/** Two columns in 80 characters: what is longer goes on below itself. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  const indent = ' '.repeat(width + 4);
  return rows
    .map(([left, right]) => `  ${left.padEnd(width)}  ${wrap(right, COLUMNS - indent.length).join(`\n${indent}`)}`)
    .join('\n');
}

function sections(parts: readonly (readonly [title: string, body: string])[]): string {
  return `${parts
    .filter(([, body]) => body !== '')
    .map(([title, body]) => (title === '' ? body : `${title}:\n${body}`))
    .join('\n\n')}\n`;
}
