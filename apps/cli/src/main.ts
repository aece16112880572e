// The process around the command: streams, Ctrl-C, exit code.
import type { Sink } from './io.ts';
import { run } from './run.ts';

const controller = new AbortController();

process.on('SIGINT', () => {
  // The first one ends the work between two batches, the second one does not wait.
  if (controller.signal.aborted) process.exit(130);
  controller.abort();
});

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // The reader went away, as in `nabla ... | head`.
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      // A terminal that does not know its width says 0.
      return stream.columns || 80;
    },
  };
}

process.exitCode = await run(process.argv.slice(2), {
  out: sinkOf(process.stdout),
  err: sinkOf(process.stderr),
  signal: controller.signal,
});
