// What no step can beat on this machine: multiply-adds in registers, and bytes through memory.
import { ModuleBuilder, v128 } from '../src/wasm/index.ts';
import { type Contender, race } from './engine.ts';
import { peak } from './peak.ts';

const BYTES = 64 * 2 ** 20;

/** Prints both. */
export function run(): void {
  race('operations, 1e9 per second', [peak(true)]);
  race('bytes read and written, 1e9 per second', [copy()]);
}

function copy(): Contender {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  module.export(
    module.function('copy', {}, (f) =>
      f.for(0, BYTES, 32, (at) => {
        f.emit(v128.store(at, v128.load(at, BYTES)), v128.store(at, v128.load(at, BYTES + 16), 16));
      }),
    ),
  );
  const memory = new WebAssembly.Memory({ initial: (2 * BYTES) / 65536 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const run = exports['copy'] as () => void;
  return { name: 'copy', amount: 2 * BYTES, run };
}
