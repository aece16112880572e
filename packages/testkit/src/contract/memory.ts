// What is freed is gone, and runs leave nothing behind.
import type { Case } from '../case.ts';
import { counting, expectSame, f32, graphOf, instruction, withExecutable } from './graphs.ts';

const ROWS = f32(64, 64);

/** Live buffers and bytes return to where they were. */
export function memoryCases(): Case[] {
  return [
    {
      id: 'contract/memory/bytes are counted and given back',
      run: async ({ backend }) => {
        const before = backend.memory();
        const buffer = backend.upload(counting(4096), ROWS);
        const held = backend.memory();
        expectSame('buffers', held.buffers, before.buffers + 1);
        if (held.bytes - before.bytes < 4096 * 4)
          throw new Error(`16 KiB were counted as ${held.bytes - before.bytes}`);
        if (buffer.bytes < 4096 * 4) throw new Error(`the buffer of 16 KiB says ${buffer.bytes} bytes`);
        backend.free(buffer);
        expectSame('buffers after free', backend.memory().buffers, before.buffers);
        expectSame('bytes after free', backend.memory().bytes, before.bytes);
      },
    },
    {
      id: 'contract/memory/flat over 300 runs',
      run: ({ backend }) => {
        const graph = graphOf({
          inputs: [ROWS, ROWS],
          code: [
            instruction('matmul', [0, 1], ROWS, { transposeA: false, transposeB: false }),
            instruction('add', [2, 0], ROWS),
            instruction('sum', [3], f32(64), { axes: [1], keepDims: false }),
          ],
          outputs: [3, 4],
          donated: [0],
        });
        return withExecutable(backend, graph, async (executable) => {
          const y = backend.upload(new Float32Array(4096), ROWS);
          let x = backend.upload(counting(4096), ROWS);
          let settled = backend.memory();
          for (let i = 0; i < 300; i++) {
            const [next, total] = await executable.run([x, y]);
            x = next!;
            backend.free(total!);
            if (i === 9) settled = backend.memory();
          }
          expectSame('buffers', backend.memory().buffers, settled.buffers);
          expectSame('bytes', backend.memory().bytes, settled.bytes);
          backend.free(x);
          backend.free(y);
        });
      },
    },
    {
      id: 'contract/memory/executables give back what they took',
      run: async ({ backend }) => {
        const before = backend.memory().buffers;
        for (let i = 1; i <= 20; i++) {
          const spec = f32(i);
          const constant = { spec, data: counting(i) };
          const graph = graphOf({ constants: [constant], code: [instruction('add', [0, 0], spec)], outputs: [1] });
          await withExecutable(backend, graph, async (executable) => {
            for (const output of await executable.run([])) backend.free(output);
          });
        }
        expectSame('buffers', backend.memory().buffers, before);
      },
    },
  ];
}
