// In a real browser: a page with both libraries, asked by turns from here.
import type { Bench, BenchOptions, Cell, Table } from '../frame/bench.ts';
import { type RaceOptions, race } from '../frame/race.ts';
import { openPage, type Page } from './host.ts';
import type { Match, MatchName, Size } from './page.ts';

interface Round {
  readonly name: MatchName;
  readonly title: string;
  readonly theirs: string;
  readonly size: Size;
  /** What both sides computed: the loss after the first run, or a probability. */
  readonly checked: string;
}

const ROUNDS: readonly Round[] = [
  {
    name: 'webgl training',
    title: 'Training on WebGL',
    theirs: 'tfjs-layers fit, webgl engine',
    size: { batch: 32, batches: 2 },
    checked: 'loss',
  },
  {
    name: 'webgl inference',
    title: 'Prediction on WebGL',
    theirs: 'tfjs-layers predict, webgl engine',
    size: { batch: 32, batches: 2 },
    checked: 'probability',
  },
  {
    name: 'wasm training',
    title: 'Training in WebAssembly',
    theirs: 'tfjs-layers fit, cpu engine',
    size: { batch: 8, batches: 1 },
    checked: 'loss',
  },
  {
    name: 'wasm inference',
    title: 'Prediction in WebAssembly',
    theirs: 'tfjs-layers predict, wasm engine',
    size: { batch: 32, batches: 2 },
    checked: 'probability',
  },
];

/** The benchmark. */
export const browser: Bench = {
  async run(options): Promise<readonly Table[]> {
    const page = await openPage(options.root);
    try {
      const rows: Cell[][] = [];
      for (const round of ROUNDS) rows.push(...(await played(page, round, options)));
      return [tableOf(rows, await page.call('userAgent'))];
    } finally {
      await page.close();
    }
  },
};

async function played(
  page: Page,
  { name, title, theirs, size, checked }: Round,
  options: BenchOptions,
): Promise<Cell[][]> {
  const { batch, batches } = size;
  await page.call('open', name, size, options.threads);
  const contenders = ([0, 1] as const).map((side) => ({
    name: side === 0 ? 'Nabla' : theirs,
    run: (times: number): Promise<number> => page.call('run', side, times),
  }));
  const how: RaceOptions = { rounds: options.full ? 15 : 5, turn: 1, slow: 60_000 };
  const [ours, other] = (await race(contenders, how)).map(({ median }) => median / batches) as [number, number];
  const { checks } = (await page.call('close')) as Match;
  const [mine, its] = checks.map((check) => check.toFixed(5)) as [string, string];
  return [
    [`${title}, batch ${batch}`, 'Nabla', ours, ours / other, `${checked} ${mine}`],
    ['', theirs, other, 1, `${checked} ${its}`],
  ];
}

function tableOf(rows: readonly (readonly Cell[])[], agent: unknown): Table {
  return {
    title: 'CNN of 421,642 weights in a page, one batch',
    columns: [
      { title: '' },
      { title: 'contender' },
      { title: 'median ms', digits: 1 },
      { title: 'of their time', digits: 3 },
      { title: 'both compute' },
    ],
    rows,
    notes: [
      'Both sides start from the same weights and see the same batches: conv 32, pool, conv 64, pool, dense 128, dense 10 on 28 x 28, SGD with momentum.',
      'A turn is one call of fit or predict; its result is read back. TensorFlow.js has no engine but cpu that trains convolutions without a GPU: its wasm engine lacks the gradient of the filter.',
      `WebGL is rendered in software (SwiftShader). Browser: ${String(agent)}.`,
    ],
  };
}
