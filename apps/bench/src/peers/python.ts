// A Python with some module, and a program in it that answers requests: one line of JSON each way.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';

/** A running program. */
export interface PythonProgram {
  ask<T>(request: object): Promise<T>;
  close(): Promise<void>;
}

/** The first Python of `$PYTHON`, `python3` and the system's that can import a module; null when none can. */
export function pythonWith(module: string): string | null {
  const candidates = [process.env['PYTHON'], 'python3', '/usr/bin/python3'];
  const finds = (python: string): boolean =>
    spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;
  return candidates.find((python) => python !== undefined && finds(python)) ?? null;
}

/** Starts a program. Its threads are those of the machine's cores that `threads` allows. */
export function startPython(
  python: string,
  file: string,
  threads: number,
  environment: Readonly<Record<string, string>> = {},
): PythonProgram {
  const child: ChildProcessWithoutNullStreams = spawn(python, [file], {
    env: { ...process.env, OMP_NUM_THREADS: String(threads), ...environment },
  });
  child.stderr.pipe(process.stderr);
  // A program that ended is reported when it closes.
  child.stdin.on('error', () => undefined);
  const lines: Interface = createInterface({ input: child.stdout });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  lines.on('line', (line) => waiting.shift()?.resolve(line));
  child.on('close', (status) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${file} ended with ${status}`));
  });
  return {
    async ask<T>(request: object): Promise<T> {
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${JSON.stringify(request)}\n`);
      });
      return JSON.parse(line) as T;
    },
    close: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve());
        child.stdin.end();
      }),
  };
}
