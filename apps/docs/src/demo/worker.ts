// Everything that computes, away from the page's own thread: drawing stays smooth while a network trains.
import { ConfigError, fromData, modelFromBytes, type Sequential, setBackend } from 'nablajs';
import { engines } from './engines.ts';
import { fetchBytes, fetchImages } from './files.ts';
import { type Reply, type Request, type Samples, SIDE, type TrainingOptions, type Which } from './protocol.ts';
import { freshNetwork, trainNetwork } from './training.ts';

interface WorkerScope {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(reply: Reply): void;
}

const scope = globalThis as unknown as WorkerScope;
const networks: Partial<Record<Which, Sequential>> = {};
let folder = '';
let test: Samples | null = null;
let train: Samples | null = null;
let running: AbortController | null = null;
let current = '';

async function useEngine(id: string): Promise<void> {
  if (id === current) return;
  const engine = engines.find((each) => each.id === id);
  if (!engine) throw new ConfigError(`There is no engine '${id}' on this page.`);
  setBackend(await engine.open());
  current = id;
}

async function open(files: string, engine: string): Promise<void> {
  folder = files;
  const [bytes, samples] = await Promise.all([
    fetchBytes(`${files}digits.safetensors`),
    fetchImages(files, 'test'),
    useEngine(engine),
  ]);
  networks.given = modelFromBytes(bytes);
  test = samples;
  scope.postMessage({ kind: 'opened', samples });
}

async function recognise(which: Which, pixels: Float32Array): Promise<void> {
  const network = networks[which];
  if (!network) throw new ConfigError('There is no such network yet.');
  const prediction = await network.predict(fromData(pixels, [1, SIDE, SIDE, 1]));
  scope.postMessage({ kind: 'recognised', which, probabilities: (await prediction.data()) as Float32Array });
}

async function runTraining(options: TrainingOptions): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  scope.postMessage({ kind: 'phase', phase: 'loading' });
  await useEngine(options.engine);
  train ??= await fetchImages(folder, 'train');
  scope.postMessage({ kind: 'phase', phase: 'compiling' });
  networks.own = freshNetwork(options);
  const observer = {
    step: (report: (Reply & { kind: 'step' })['report']): void => scope.postMessage({ kind: 'step', report }),
    tested: (report: (Reply & { kind: 'tested' })['report']): void => scope.postMessage({ kind: 'tested', report }),
  };
  try {
    await trainNetwork(networks.own, train, test!, options, observer, signal);
    scope.postMessage({ kind: 'ended', stopped: false });
  } catch (error) {
    if (!signal.aborted) throw error;
    scope.postMessage({ kind: 'ended', stopped: true });
  }
}

async function answer(request: Request): Promise<void> {
  switch (request.kind) {
    case 'open':
      return open(request.files, request.engine);
    case 'recognise':
      return recognise(request.which, request.pixels);
    case 'train':
      return runTraining(request.options);
    case 'stop':
      return running?.abort();
    case 'export': {
      const bytes = await networks.own?.toBytes();
      if (bytes) scope.postMessage({ kind: 'exported', bytes });
    }
  }
}

scope.onmessage = ({ data }) => {
  answer(data).catch((error: unknown) => {
    scope.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
};
