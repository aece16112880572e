import type { CommandName } from './arguments/declarations.ts';
import { helpText } from './arguments/help.ts';
import { parseArguments, type Request } from './arguments/parse.ts';
import type { Command } from './commands/command.ts';
import { failureOf } from './failure.ts';
import type { Io } from './io.ts';
import { VERSION } from './version.ts';

/** Commands load what they need when they are called: help must not wait for an engine. */
const COMMANDS: Readonly<Record<CommandName, () => Promise<Command>>> = {
  train: async () => (await import('./commands/train.ts')).train,
  evaluate: async () => (await import('./commands/evaluate.ts')).evaluate,
  predict: async () => (await import('./commands/predict.ts')).predict,
  summary: async () => (await import('./commands/summary.ts')).summary,
  export: async () => (await import('./commands/export.ts')).exportModel,
  import: async () => (await import('./commands/import.ts')).importModel,
  backends: async () => (await import('./commands/backends.ts')).backends,
  new: async () => (await import('./commands/new.ts')).begin,
};

/**
 * Runs `nabla` with the words typed after it.
 * @returns the exit code: 0, 1 after a failure, 2 after a wrong call, 130 when interrupted
 */
export async function run(words: readonly string[], io: Io): Promise<number> {
  try {
    await answer(parseArguments(words), io);
    return 0;
  } catch (error) {
    const { exitCode, text } = failureOf(error, io.signal);
    io.err.write(`${text}\n`);
    if (words.includes('--debug') && error instanceof Error) io.err.write(`${stacks(error)}\n`);
    return exitCode;
  }
}

async function answer(request: Request, io: Io): Promise<void> {
  if (request.kind === 'version') return io.out.write(`nabla ${VERSION} on Node ${process.versions.node}\n`);
  if (request.kind === 'help') return io.out.write(helpText(request.command));
  const command = await COMMANDS[request.command]();
  await command(request.arguments, request.options, io);
}

function stacks(error: Error): string {
  const cause = error.cause instanceof Error ? `\nCaused by: ${stacks(error.cause)}` : '';
  return `${error.stack ?? String(error)}${cause}`;
}
