// Everything that is to be known of a card, in one command: does it compute right, how fast, and what moves.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance } from './card/conformance.ts';
import { nameOf, openDevice } from './card/device.ts';
import { optionsOf, USAGE } from './card/options.ts';
import { resnet } from './card/resnet.ts';
import { seededLosses, stepTimes } from './card/small.ts';
import { markdownOf, type Table } from './card/table.ts';

/** Runs what the arguments ask for; resolves with the exit status. `root` is the folder of the workspace. */
export async function main(args: readonly string[], root: string): Promise<number> {
  const options = optionsOf(args);
  if (options === null) {
    console.error(USAGE);
    return 2;
  }
  const { device, tests, rounds, write } = options;
  const opened = openDevice(options);
  const date = new Date().toISOString().slice(0, 10);
  const command =
    `node packages/backend-onnxruntime/bench/run.mjs ${args.filter((a) => a !== '--write').join(' ')}`.trim();
  const parts: string[] = [];
  const tell = (text: string): void => {
    parts.push(text);
    console.log(`${text}\n`);
  };
  tell(`\`${command}\`, ${date}, Node ${process.version}, ${nameOf(options)}.`);
  const table = (result: Table): void => tell(markdownOf(result));
  if (tests !== 'none') table(await conformance(opened, tests === 'all'));
  table(await seededLosses(opened));
  table(await stepTimes(opened, rounds));
  for (const result of await resnet(opened, options, root)) table(result);
  await opened.backend.dispose();
  if (write) {
    const file = join('docs/benchmarks', device === 'cuda' ? 'cuda.md' : 'cuda-on-cpu.md');
    mkdirSync(join(root, 'docs/benchmarks'), { recursive: true });
    writeFileSync(join(root, file), `${parts.join('\n\n')}\n`);
    console.log(`wrote ${file}`);
  }
  return 0;
}
