import { f32x4, i32, ModuleBuilder, madd, v128 } from '../src/wasm/index.ts';
import type { Contender } from './engine.ts';

const SUMS = 12;
const TURNS = 100_000;

/** Multiply-adds on registers alone: the rate no kernel can beat. */
export function peak(relaxed: boolean): Contender {
  const module = new ModuleBuilder({ initial: 1, shared: false });
  const fused = madd(relaxed);
  const fn = module.function('peak', { turns: 'i32' }, (f, { turns }) => {
    const [a, b] = [f.let(v128.load(0)), f.let(v128.load(16))];
    const sums = Array.from({ length: SUMS }, (_, i) => f.let(v128.load(32 + 16 * i)));
    f.while(turns, () => {
      for (const sum of sums) f.set(sum, fused(a, b, sum));
      f.set(turns, i32.sub(turns, 1));
    });
    f.emit(
      v128.store(
        0,
        sums.reduce((left, right) => f.let(f32x4.add(left, right))),
      ),
    );
  });
  module.export(fn);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } });
  const run = exports.peak as (turns: number) => void;
  return { name: 'registers only', amount: SUMS * TURNS * 8, run: () => run(TURNS) };
}
