import { KERNELS, planMatmul } from '../test/kernels/kernels.ts';
import { type Contender, Engine, OPTIONS, race } from './engine.ts';
import { peak } from './peak.ts';

/** Matrix products against the rate of the registers. */
export function run(): void {
  const contender = (m: number, n: number, k: number, transposeA = false, transposeB = false, batch = 1): Contender => {
    const engine = new Engine(KERNELS, OPTIONS, 64);
    const [a, b, c] = [engine.floats(batch * m * k), engine.floats(batch * k * n), engine.floats(batch * m * n)];
    const plan = planMatmul({ batch, m, n, k, transposeA, transposeB }, OPTIONS);
    const name = `${batch > 1 ? `${batch} x ` : ''}${m}x${n}x${k} ${transposeA ? 'At' : 'A'} ${transposeB ? 'Bt' : 'B'}`;
    return { name, amount: batch * 2 * m * n * k, run: engine.prepare(plan, { a, b, c }) };
  };
  race('squares, GFLOP/s', [
    peak(OPTIONS.relaxed),
    contender(64, 64, 64),
    contender(128, 128, 128),
    contender(256, 256, 256),
    contender(512, 512, 512),
    contender(512, 512, 512, true, false),
    contender(512, 512, 512, false, true),
  ]);
  race('dense layers: forward, input gradient, kernel gradient', [
    peak(OPTIONS.relaxed),
    contender(128, 512, 784),
    contender(128, 784, 512, false, true),
    contender(784, 512, 128, true, false),
    contender(64, 128, 3136),
    contender(64, 3136, 128, false, true),
    contender(3136, 128, 64, true, false),
  ]);
  race('small and thin', [
    peak(OPTIONS.relaxed),
    contender(32, 16, 16),
    contender(32, 3, 16),
    contender(64, 10, 128),
    contender(1, 128, 3136),
    contender(1, 3136, 128, false, true),
    contender(1024, 1, 256),
    contender(256, 1, 1024, true, false),
    contender(1024, 512, 2),
    contender(64, 64, 32, false, true, 128),
  ]);
}
