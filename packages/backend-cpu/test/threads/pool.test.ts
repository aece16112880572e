import { expect, test } from 'vitest';
import { Heap } from '../../src/memory/heap.ts';
import { Pool, type StepFunction } from '../../src/threads/pool.ts';
import { i32, ModuleBuilder } from '../../src/wasm/index.ts';

const FRAME = { table: 'i32', arena: 'i32', begin: 'i32', end: 'i32', workspace: 'i32' } as const;
const EXTENT = 20_000;

/** `step0` writes into each unit's word which scratch memory it was given; `trap` fails. */
function testModule(heap: Heap, trap: boolean): WebAssembly.Module {
  const module = new ModuleBuilder(heap.import);
  module.export(
    module.function('step0', FRAME, (f, p) => {
      if (trap) f.emit(i32.store(-4, 0));
      f.for(p.begin, p.end, 1, (i) => {
        const word = f.let(i32.add(p.arena, i32.shl(i, 2)));
        f.emit(i32.store(word, i32.add(i32.load(word), p.workspace)));
      });
    }),
  );
  return new WebAssembly.Module(module.encode());
}

function setUp(trap: boolean): {
  pool: Pool;
  words: () => Int32Array;
  turn: () => void;
  /** Units of each part that the main thread has done so far. */
  parts: number[];
} {
  const heap = new Heap(2 ** 24, true);
  const pool = new Pool(heap.memory, 3);
  const module = testModule(heap, trap);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
  const program = pool.addProgram(module);
  const block = heap.allocate(EXTENT * 4, 'words');
  const step = exports['step0'] as StepFunction;
  const parts: number[] = [];
  const run: StepFunction = (table, arena, begin, end, workspace) => {
    parts.push(end - begin);
    step(table, arena, begin, end, workspace);
  };
  const words = (): Int32Array => heap.integers(block.address, EXTENT);
  const turn = (): void => {
    pool.expect(1e9);
    pool.run({ program, step: 0, extent: EXTENT, run }, { table: 0, arena: block.address, workspace: 1000 }, 10);
  };
  return { pool, words, turn, parts };
}

const pause = (milliseconds = 2): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('every unit is done once, by several threads when they are awake', async () => {
  const { pool, words, turn } = setUp(false);
  const seen = new Set<number>();
  while (seen.size < 2) {
    words().fill(0);
    for (let i = 0; i < 50; i++) turn();
    // Fifty turns, each with the scratch of thread 0, 1 or 2: 1000, 1010 or 1020.
    for (const word of words()) {
      expect(word).toBeGreaterThanOrEqual(50_000);
      expect(word).toBeLessThanOrEqual(51_000);
      seen.add(word);
    }
    await pause();
  }
  pool.close();
});

test('a job that begins while threads wake up leaves them something to do', async () => {
  const { pool, turn, parts } = setUp(false);
  turn();
  turn();
  for (let i = 0; i < 4; i++) {
    // By then they sleep so deeply that it takes a message to wake them, unless some of the first are still unread.
    await pause(100);
    parts.length = 0;
    turn();
    expect(Math.max(0, ...parts)).toBeLessThan(EXTENT);
  }
  pool.close();
});

test('a part that fails is an error, here and there', async () => {
  const { pool, turn } = setUp(true);
  for (let i = 0; i < 20; i++) {
    expect(turn).toThrow();
    await pause();
  }
  pool.close();
});
