// The sampling profiler of V8, in this process.
import { type Profiler, Session } from 'node:inspector/promises';

/** A function and its share of all samples that were not idle. */
export interface Sampled {
  readonly name: string;
  /** It is WebAssembly. */
  readonly wasm: boolean;
  readonly share: number;
}

/** Samples while `work` runs. */
export async function sampled(work: () => Promise<void>): Promise<Sampled[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await work();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return sharesOf(profile);
}

function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Sampled[] {
  const functions = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; wasm: boolean; time: number }>();
  let total = 0;
  samples.forEach((id, i) => {
    const { functionName: name, url } = functions.get(id)!;
    if (name === '(idle)') return;
    const wasm = url.startsWith('wasm:');
    const entry = times.get(`${wasm} ${name}`) ?? { name, wasm, time: 0 };
    times.set(`${wasm} ${name}`, entry);
    entry.time += timeDeltas[i]!;
    total += timeDeltas[i]!;
  });
  return [...times.values()].map(({ name, wasm, time }) => ({ name, wasm, share: time / total }));
}
