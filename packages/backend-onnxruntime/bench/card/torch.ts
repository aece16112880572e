// PyTorch in a process of its own.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** PyTorch, ready to be asked. */
export interface Torch {
  readonly version: string;
  /** Name of its card; `null` when it sees none. */
  readonly card: string | null;
  ask<T>(request: object): Promise<T>;
  close(): void;
}

/** Starts the first Python of `$PYTHON`, `python3` and the system's that has torch; `null` when none has. */
export async function startTorch(root: string): Promise<Torch | null> {
  const candidates = [process.env['PYTHON'], 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
  const python = candidates.find((name) => spawnSync(name, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0);
  if (python === undefined) return null;
  const program = join(root, 'packages/backend-onnxruntime/bench/card/resnet.py');
  const child = spawn(python, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(line));
  child.stdin.on('error', () => undefined);
  child.on('close', (status) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`PyTorch ended with ${status}`));
  });
  const ask = async <T>(request: object): Promise<T> => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child.stdin.write(`${JSON.stringify(request)}\n`);
    });
    return JSON.parse(line) as T;
  };
  const about = await ask<{ version: string; card: string | null }>({ command: 'about' });
  return { ...about, ask, close: () => child.stdin.end() };
}
