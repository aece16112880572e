import { CONTROL, CONTROL_ADDRESS, CONTROL_WORDS, PART_LIMIT } from './control.ts';

/**
 * What a worker runs, as text: a file of its own would have to be found by every bundler.
 *
 * A job's number stands in the same word as its open parts, so that a part can only be taken from the job whose
 * parameters were read. After a while without work a worker returns to its event loop, where messages reach it.
 */
export const WORKER_CODE: string = `
'use strict';
const C = ${JSON.stringify(CONTROL)};
const SPIN_MS = 0.03;
const LINGER_MS = 50;
const programs = new Map();
const kernels = {};
let memory;
let words;
let thread = 0;
let read = 0;

function receive(message) {
  if (message.kind !== 'wake') read++;
  if (message.kind === 'start') {
    ({ memory, thread } = message);
    words = new Int32Array(memory.buffer, ${CONTROL_ADDRESS}, ${CONTROL_WORDS});
  } else if (message.kind === 'kernel') {
    kernels[message.name] = new WebAssembly.Instance(message.module, { env: { memory } }).exports[message.name];
  } else if (message.kind === 'program') {
    programs.set(message.id, new WebAssembly.Instance(message.module, { env: { memory }, kernels }).exports);
  } else if (message.kind === 'drop') programs.delete(message.id);
  else work();
}

function work() {
  Atomics.add(words, C.active, 1);
  let last = performance.now();
  for (;;) {
    const claim = Atomics.load(words, C.claim);
    const open = claim & ${PART_LIMIT - 1};
    if (open > 0) {
      const program = programs.get(words[C.program]);
      if (program === undefined) break;
      const step = words[C.step];
      const size = words[C.size];
      const begin = (open - 1) * size;
      const end = Math.min(words[C.extent], begin + size);
      const table = words[C.table];
      const arena = words[C.arena];
      const scratch = words[C.workspace] + thread * words[C.workspaceBytes];
      if (Atomics.compareExchange(words, C.claim, claim, claim - 1) === claim) {
        try {
          program['step' + step](table, arena, begin, end, scratch);
        } catch {
          Atomics.add(words, C.failed, 1);
        }
        if (Atomics.sub(words, C.left, 1) === 1) Atomics.notify(words, C.left);
        last = performance.now();
      }
      continue;
    }
    if (Atomics.load(words, C.mail) !== read) break;
    const idle = performance.now() - last;
    if (idle > LINGER_MS) break;
    if (idle > SPIN_MS) {
      Atomics.add(words, C.asleep, 1);
      Atomics.wait(words, C.claim, claim, LINGER_MS);
      Atomics.sub(words, C.asleep, 1);
    }
  }
  Atomics.sub(words, C.active, 1);
}

if (typeof require === 'function') require('node:worker_threads').parentPort.on('message', receive);
else self.onmessage = (event) => receive(event.data);
`;
