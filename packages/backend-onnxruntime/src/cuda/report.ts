// Everything that CUDA takes, part by part, for people who wonder what is missing. Nothing is started.
import koffi from 'koffi';
import { loadApi } from '../native/api.ts';
import { findLibrary } from '../native/library.ts';
import { MissingPart } from '../native/missing.ts';
import { type CudaDevice, devicesOf, driverVersion, runtimeVersion, versionOfCudnn } from './driver.ts';
import { type CudaProvider, findProvider, originOf, requireSameVersion } from './installation.ts';

/** What the CUDA device of ONNX Runtime rests on, in the order in which it is looked for. */
export type CudaPart = 'library' | 'provider' | 'driver' | 'CUDA' | 'cuDNN' | 'device';

/** What became of one part. */
export interface CudaFinding {
  readonly part: CudaPart;
  readonly status: 'found' | 'missing' | 'not checked';
  /** What was found, or what is wrong; complete, and possibly several lines. */
  readonly details: string;
  /** What to do about it; empty when nothing is wrong. */
  readonly fix: string;
}

/** All parts. CUDA can start when none is missing. */
export interface CudaReport {
  readonly available: boolean;
  readonly findings: readonly CudaFinding[];
}

/** Options of {@link cudaReport}: where to look, as for `onnxruntime`. */
export interface CudaReportOptions {
  readonly library?: string;
  readonly provider?: string;
  readonly deviceId?: number;
}

/** What is asked of the machine. Each throws where there is nothing; tests answer for themselves. */
export interface Probes {
  library(): { readonly path: string; readonly version: string };
  /** A provider for this library. */
  provider(path: string, version: string): CudaProvider;
  /** Loads a shared library. */
  load(name: string): void;
  driverVersion(library: string): string;
  runtimeVersion(library: string): string;
  cudnnVersion(library: string): string;
  devices(library: string): readonly CudaDevice[];
}

function probesOf({ library, provider }: CudaReportOptions): Probes {
  return {
    library: () => {
      const path = findLibrary(library);
      return { path, version: loadApi(path).version };
    },
    provider: (path, version) => {
      const found = findProvider(provider, path);
      requireSameVersion(found, path, version);
      return found;
    },
    load: (name) => void koffi.load(name),
    driverVersion,
    runtimeVersion,
    cudnnVersion: versionOfCudnn,
    devices: devicesOf,
  };
}

/** Looks for everything that `onnxruntime({ device: 'cuda' })` needs, and says what is there and what is not. Never throws. */
export function cudaReport(options: CudaReportOptions = {}, probes: Probes = probesOf(options)): CudaReport {
  const library = attempt(() => probes.library());
  const provider = attempt(() => probes.provider(library.value!.path, library.value!.version), library);
  const driver = attempt(() => loaded(provider.value!, 'driver', probes), provider);
  const cuda = attempt(() => loaded(provider.value!, 'CUDA', probes), provider);
  const cudnn = attempt(() => loaded(provider.value!, 'cuDNN', probes), provider);
  const device = attempt(() => chosen(probes.devices(driver.value![0]!), options.deviceId ?? 0), driver);
  const findings: CudaFinding[] = [
    finding('library', library, ({ path, version }) => `ONNX Runtime ${version}\n${path}`),
    finding('provider', provider, ({ folder }) => folder),
    finding('driver', driver, ([name]) => `runs CUDA up to ${probes.driverVersion(name!)}`),
    finding('CUDA', cuda, (names) => cudaText(names, probes)),
    finding('cuDNN', cudnn, ([name]) => (name === undefined ? 'not needed' : probes.cudnnVersion(name))),
    finding('device', device, ({ name, memory, capability }) => {
      return `${name}, ${(memory / 2 ** 30).toFixed(0)} GiB, compute capability ${capability}`;
    }),
  ];
  return { available: findings.every(({ status }) => status === 'found'), findings };
}

/** What a step found, why it failed, or (neither) that an earlier one failed. */
interface Attempt<T> {
  readonly value?: T;
  readonly error?: Error;
}

function attempt<T>(look: () => T, ...before: readonly Attempt<unknown>[]): Attempt<T> {
  if (before.some(({ value }) => value === undefined)) return {};
  try {
    return { value: look() };
  } catch (error) {
    return { error: error as Error };
  }
}

function finding<T>(part: CudaPart, { value, error }: Attempt<T>, describe: (value: T) => string): CudaFinding {
  if (error) {
    const [details, fix] = error instanceof MissingPart ? [error.problem, error.fix] : [error.message, ''];
    return { part, status: 'missing', details, fix };
  }
  if (value === undefined) return { part, status: 'not checked', details: 'needs what is missing above', fix: '' };
  const described = attempt(() => describe(value));
  return { part, status: 'found', details: described.value ?? described.error!.message, fix: '' };
}

const NAMES = { driver: 'the NVIDIA driver', CUDA: 'the CUDA toolkit', cuDNN: 'cuDNN' } as const;

/** The provider's libraries of one origin, loaded. */
function loaded({ needs }: CudaProvider, part: keyof typeof NAMES, probes: Probes): readonly string[] {
  const names = needs.filter((name) => originOf(name) === NAMES[part]);
  const problems = names.flatMap((name) => {
    const { error } = attempt(() => probes.load(name) ?? true);
    return error ? [error.message] : [];
  });
  if (problems.length === 0) return names;
  throw new MissingPart(
    problems.join('\n'),
    `Install ${NAMES[part]}; if it is installed, name its directory in LD_LIBRARY_PATH before Node starts.`,
  );
}

function cudaText(names: readonly string[], probes: Probes): string {
  const runtime = names.find((name) => name.startsWith('libcudart.'));
  return [...(runtime ? [probes.runtimeVersion(runtime)] : []), names.join(', ')].join('\n');
}

function chosen(devices: readonly CudaDevice[], id: number): CudaDevice {
  const device = devices[id];
  if (device) return device;
  const shown = devices.length === 0 ? 'none' : `only ${devices.map(({ name }, i) => `${i} (${name})`).join(', ')}`;
  throw new MissingPart(
    `GPU ${id} is not there: the driver shows ${shown}.`,
    'Check nvidia-smi and CUDA_VISIBLE_DEVICES; in a container, give it the GPU (docker run --gpus all).',
  );
}
