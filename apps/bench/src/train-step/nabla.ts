// The task on a backend of ours.
import { Adam, type Backend, fromData, Sequential, SGD, setBackend } from 'nablajs';
import { cnnLayers, mlpLayers } from './layers.ts';
import type { Task } from './task.ts';
import type { Trainer } from './trainer.ts';

/** Trains on `backend`, which it disposes of when it closes. */
export async function nablaTrainer(name: string, backend: Backend, task: Task): Promise<Trainer> {
  setBackend(backend);
  const model = new Sequential(LAYERS[task.name]());
  const optimizer = task.optimizer === 'adam' ? new Adam(task.rate) : new SGD(task.rate, { momentum: 0.9 });
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
  task.weights.forEach(({ data, shape }, i) => {
    model.weights[i]!.assign(fromData(data, shape));
  });
  const batches = batchesOf(task);
  let done = 0;
  const next = (): (typeof batches)[number] => batches[done++ % batches.length]!;
  return {
    name,
    async losses(steps): Promise<number[]> {
      setBackend(backend);
      const losses: number[] = [];
      for (let i = 0; i < steps; i++) {
        const { x, y } = next();
        const { history } = await model.fit(x, y, { batchSize: task.batch, epochs: 1, shuffle: false, verbose: 0 });
        losses.push(history['loss']![0]!);
      }
      return losses;
    },
    async run(times): Promise<undefined> {
      setBackend(backend);
      const step = model.steps!.train;
      for (let i = 0; i < times; i++) {
        const { x, y } = next();
        await step({ x: [x], y: [y], sampleWeight: [null] }, [null]);
      }
    },
    close: () => backend.dispose(),
  };
}

const LAYERS = { mlp: mlpLayers, cnn: cnnLayers } as const;

function batchesOf({
  name,
  batch,
  images,
  labels,
}: Task): { x: ReturnType<typeof fromData>; y: ReturnType<typeof fromData> }[] {
  const shape = name === 'mlp' ? [batch, 784] : [batch, 28, 28, 1];
  return Array.from({ length: labels.length / batch }, (_, i) => ({
    x: fromData(images.slice(i * batch * 784, (i + 1) * batch * 784), shape),
    y: fromData(labels.slice(i * batch, (i + 1) * batch), [batch]),
  }));
}
