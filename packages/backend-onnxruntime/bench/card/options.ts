// What the command takes.
import { parseArgs } from 'node:util';
import type { OnnxRuntimeOptions } from '../../src/index.ts';

/** How to measure. */
export interface CardOptions {
  readonly device: 'cuda' | 'cpu';
  readonly deviceId: number;
  /** Samples per batch and pixels per side of the ResNet-50 step. */
  readonly batch: number;
  readonly image: number;
  /** Turns of each contender. */
  readonly rounds: number;
  /** Cases of the testkit: those of every op's first samples, all, or none. */
  readonly tests: 'some' | 'all' | 'none';
  /** Whether the report is written to docs/benchmarks. */
  readonly write: boolean;
  /** Where library and provider are; default: as for `onnxruntime`. */
  readonly places: Pick<OnnxRuntimeOptions, 'library' | 'provider'>;
}

export const USAGE = `node packages/backend-onnxruntime/bench/run.mjs [options]

  --device cuda|cpu     default cuda; cpu proves the command where there is no card
  --device-id <n>       which card, default 0
  --batch <n>           batch of the ResNet-50 step, default 64
  --image <n>           pixels per side of its images, default 224
  --rounds <n>          turns of each contender, default 10
  --tests some|all|none cases of the testkit, default some
  --library, --provider <path>
  --write               writes docs/benchmarks/cuda.md (or cuda-on-cpu.md)`;

/** The options, or `null` for a wrong call. */
export function optionsOf(args: readonly string[]): CardOptions | null {
  try {
    const text = (value: string) => ({ type: 'string', default: value }) as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        device: text('cuda'),
        'device-id': text('0'),
        batch: text('64'),
        image: text('224'),
        rounds: text('10'),
        tests: text('some'),
        library: { type: 'string' },
        provider: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
    const { device, tests, library, provider, write } = values;
    const [batch, image, rounds, deviceId] = [values.batch, values.image, values.rounds, values['device-id']].map(
      Number,
    );
    if (device !== 'cuda' && device !== 'cpu') return null;
    if (tests !== 'some' && tests !== 'all' && tests !== 'none') return null;
    if (![batch, image, rounds].every((n) => Number.isInteger(n) && n! > 0) || !Number.isInteger(deviceId)) return null;
    const places = { ...(library ? { library } : {}), ...(provider ? { provider } : {}) };
    return { device, deviceId: deviceId!, batch: batch!, image: image!, rounds: rounds!, tests, write, places };
  } catch {
    return null;
  }
}
