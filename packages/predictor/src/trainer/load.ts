import { resolveBackend } from '@nablajs/tensor';
import type { LoadPredictorOptions } from '../load.ts';
import { readTrainer } from './format.ts';
import { Trainer } from './trainer.ts';

/** Options of {@link loadTrainer}. */
export interface LoadTrainerOptions extends LoadPredictorOptions {}

/**
 * Makes a trainer of the bytes that `exportTrainer` or `trainer.save` wrote. Needs no layers, gradients, optimizers or tensors.
 * @throws FormatError for damaged files and files of other kinds; UnsupportedOpError, at the first step, when the file was
 * written for another backend
 * @example
 * const trainer = await loadTrainer(new Uint8Array(await (await fetch('gestures.trainer')).arrayBuffer()));
 * await trainer.fit(x, y, { epochs: 10, onEpoch: (epoch, { loss }) => console.log(epoch, loss) });
 * const { data } = await trainer.predict(x);
 */
export async function loadTrainer(bytes: Uint8Array, options: LoadTrainerOptions = {}): Promise<Trainer> {
  return new Trainer(readTrainer(bytes, options.file ?? 'the file'), options.backend ?? (await resolveBackend()));
}
