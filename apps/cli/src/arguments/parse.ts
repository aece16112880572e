import { cac } from 'cac';
import { COMMON_OPTIONS, type CommandDeclaration, type CommandName, declarations } from './declarations.ts';
import { suggestion } from './nearest.ts';
import { Options } from './options.ts';
import { UsageError } from './usage-error.ts';

/** What was asked for. */
export type Request =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: CommandName | undefined }
  | {
      readonly kind: 'run';
      readonly command: CommandName;
      readonly arguments: readonly string[];
      readonly options: Options;
    };

const COMMAND_NAMES = Object.keys(declarations) as CommandName[];

/**
 * Reads the words after `nabla`.
 * @throws UsageError for unknown commands and options, and for missing or superfluous words; with the nearest known one
 */
export function parseArguments(words: readonly string[]): Request {
  const program = cac('nabla');
  for (const { flags, text } of COMMON_OPTIONS) program.option(flags, text);
  program.option('-v, --version', 'Show the version');
  for (const name of COMMAND_NAMES) {
    const command = program.command(`${name} ${declarations[name].arguments}`, declarations[name].text);
    for (const option of declarations[name].options) {
      command.option(option.flags, option.text, option.default === undefined ? {} : { default: option.default });
    }
  }
  const { args, options } = program.parse(['', '', ...words], { run: false });
  const command = program.matchedCommandName as CommandName | undefined;

  if (command === undefined) return withoutCommand(args, options);
  if (options.help === true) return { kind: 'help', command };
  checkOptions(command, options);
  const given = [...args, ...(options['--'] as string[])].map(String);
  checkArguments(command, declarations[command], given);
  return { kind: 'run', command, arguments: given, options: new Options(command, options) };
}

function withoutCommand(args: readonly string[], options: Readonly<Record<string, unknown>>): Request {
  const [typed] = args;
  if (typed === 'help' || (typed === undefined && options.help === true)) {
    const about = COMMAND_NAMES.find((name) => name === args[1]);
    return { kind: 'help', command: about };
  }
  if (typed === undefined && options.version === true) return { kind: 'version' };
  const known = `Commands are ${COMMAND_NAMES.join(', ')}.`;
  if (typed === undefined) throw new UsageError(`No command was given. ${known}`);
  throw new UsageError(`There is no command "${typed}".${suggestion(typed, COMMAND_NAMES) || ` ${known}`}`);
}

function checkOptions(command: CommandName, options: Readonly<Record<string, unknown>>): void {
  const declared = [...declarations[command].options, ...COMMON_OPTIONS];
  const byKey = new Map(
    declared.flatMap((option) => namesIn(option.flags).map((name) => [camel(name), { ...option, name }] as const)),
  );
  for (const [typed, value] of Object.entries(options)) {
    if (typed === '--') continue;
    const option = byKey.get(typed);
    if (option === undefined)
      throw unknownOption(
        command,
        typed,
        [...byKey.values()].map(({ name }) => name),
      );
    const takesValue = option.flags.includes('<');
    const values = Array.isArray(value) ? value : [value];
    if (values.length > 1 && !option.several) {
      throw new UsageError(`--${option.name} was given more than once.`, command);
    }
    if (takesValue && values.some((each) => each === true || each === '')) {
      throw new UsageError(`--${option.name} needs a value, as in ${option.flags}.`, command);
    }
    if (values.includes(false)) throw unknownOption(command, `no-${option.name}`, []);
  }
}

function unknownOption(command: CommandName, typed: string, known: readonly string[]): UsageError {
  if (/^\d/.test(typed)) {
    return new UsageError(`There is no option -${typed}. Numbers below 0 are written as in --name=-${typed}.`, command);
  }
  const name = kebab(typed);
  const dashes = name.length === 1 ? '-' : '--';
  return new UsageError(`There is no option ${dashes}${name}.${suggestion(name, known, '--')}`, command);
}

function checkArguments(
  command: CommandName,
  { arguments: declared }: CommandDeclaration,
  given: readonly string[],
): void {
  const wanted = declared.match(/<[^>]+>/g) ?? [];
  const missing = wanted.slice(given.length);
  if (missing.length > 0) {
    throw new UsageError(`${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`, command);
  }
  const most = declared.match(/<[^>]+>|\[[^\]]+\]/g) ?? [];
  if (given.length > most.length) {
    const takes = most.length === 0 ? 'no arguments' : `only ${most.join(' ')}`;
    throw new UsageError(`"${given[most.length]}" is one word too many: ${command} takes ${takes}.`, command);
  }
}

/** `-h, --help` → `h`, `help`; `--epochs <n>` → `epochs`. */
function namesIn(flags: string): string[] {
  return flags
    .replace(/ <.*/, '')
    .split(', ')
    .map((flag) => flag.replace(/^-+/, ''));
}

function camel(name: string): string {
  return name.replace(/([a-z])-([a-z])/g, (_, before: string, after: string) => before + after.toUpperCase());
}

function kebab(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, (_, before: string, after: string) => `${before}-${after.toLowerCase()}`);
}
