// Kernels, called one by one without TensorFlow.js' own bookkeeping: no tape, no scopes, no gradients.
import { type HostArray, hostArray, type Spec, sizeOf, UnsupportedOpError } from '@nablajs/tensor';
import { getKernel, type KernelBackend, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Device } from '../webgl/device.ts';
import type { Health } from './health.ts';
import type { EngineName } from './name.ts';
import type { Engine } from './start.ts';

/** What every engine's backend has beside the declared interface. */
interface Storage extends KernelBackend {
  incRef(dataId: object): void;
  /** Where WebGL's values are: on the host, in a texture, or both. */
  readonly texData?: { get(dataId: object): { readonly values?: unknown } };
}

/** Calls kernels and counts references: every value handed out is one reference, to be freed once. */
export class Machine {
  readonly engine: EngineName;
  readonly backend: Storage;
  readonly health: Health;
  /** Runs programs of our own, where there is WebGL. */
  readonly device: Device | null;
  /** What the lowering at work has made so far. */
  #made: TensorInfo[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor({ name, backend, health, device }: Engine) {
    this.engine = name;
    this.backend = backend as Storage;
    this.health = health;
    this.device = device;
  }

  /** Runs a kernel with one result. */
  call(
    kernel: string,
    inputs: Readonly<Record<string, TensorInfo>> | readonly TensorInfo[],
    attrs: object = {},
  ): TensorInfo {
    const found = getKernel(kernel, this.engine);
    if (!found) throw new UnsupportedOpError(`tfjs-${this.engine}: the engine has no kernel '${kernel}'.`);
    const result = found.kernelFunc({
      inputs: this.#plain(inputs),
      attrs: attrs as NamedAttrMap,
      backend: this.backend,
    });
    return this.keep(Array.isArray(result) ? result[0]! : result);
  }

  #plain(inputs: Readonly<Record<string, TensorInfo>> | readonly TensorInfo[]): Record<string, TensorInfo> {
    const { device } = this;
    if (!device) return inputs as Record<string, TensorInfo>;
    if (Array.isArray(inputs)) return inputs.map((x) => device.plain(this, x)) as never;
    return Object.fromEntries(Object.entries(inputs).map(([name, x]) => [name, device.plain(this, x)]));
  }

  /** Values from the host. The array is not copied: nobody may change it afterwards. */
  write(values: HostArray, { shape, dtype }: Spec): TensorInfo {
    const dataId = this.backend.write(values as Float32Array, [...shape], dtype as 'float32');
    return this.keep({ dataId, shape: [...shape], dtype: dtype as 'float32' });
  }

  /** The same elements under another shape. */
  reshape(x: TensorInfo, shape: readonly number[]): TensorInfo {
    if (!this.device?.isFlat(x)) return this.call('Reshape', { x }, { shape });
    this.backend.incRef(x.dataId);
    return this.keep({ ...x, shape: [...shape] });
  }

  /** Another reference to a value. */
  share(x: TensorInfo): TensorInfo {
    this.backend.incRef(x.dataId);
    return this.keep({ ...x });
  }

  /** Values on the host, owned by the caller; at once where the engine keeps them there. */
  read(x: TensorInfo): HostArray | Promise<HostArray> {
    if (this.engine === 'cpu') return toHost(x, this.backend.readSync(x.dataId) as Float32Array);
    if (this.device?.owns(x)) return this.#readAs(x, x, () => this.device!.read(x));
    return x.dtype === 'int32' && this.engine === 'webgl' ? this.#readIntegers(x) : this.#readAs(x, x);
  }

  async #readAs(
    x: TensorInfo,
    as: TensorInfo,
    read: () => Promise<unknown> = () => this.backend.read(x.dataId),
  ): Promise<HostArray> {
    this.health.require();
    // Freed while it is read, a value would be gone before it arrives.
    this.backend.incRef(x.dataId);
    try {
      return toHost(as, (await this.health.watch(read())) as Float32Array);
    } finally {
      this.free(x);
    }
  }

  /** Textures hold floats, and the engine wraps those beyond the range of integers: read as floats, they saturate. */
  async #readIntegers(x: TensorInfo): Promise<HostArray> {
    if (this.backend.texData?.get(x.dataId).values) return this.#readAs(x, x);
    const outer = this.begin();
    const floats = this.call('Floor', { x: { ...x, dtype: 'float32' } });
    this.release(outer, [floats]);
    try {
      return await this.#readAs(floats, x);
    } finally {
      this.free(floats);
    }
  }

  free(x: TensorInfo): void {
    this.backend.disposeData(x.dataId);
  }

  /** Runs `f` after all that was asked for before: runs wait for the host now and then, and must not mix what they made. */
  inTurn<T>(f: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(f);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Marks what was made so far as somebody's; pass the result to {@link release}. */
  begin(): TensorInfo[] {
    const outer = this.#made;
    this.#made = [];
    return outer;
  }

  /** Frees what was made since {@link begin}, but `results`. */
  release(outer: TensorInfo[], results: readonly TensorInfo[]): void {
    const made = this.#made;
    this.#made = outer;
    for (const x of made) if (!results.includes(x)) this.free(x);
  }

  keep(x: TensorInfo): TensorInfo {
    this.#made.push(x);
    return x;
  }
}

const LIMIT = 2147483647;

function toHost({ shape, dtype }: TensorInfo, values: ArrayLike<number>): HostArray {
  const out = hostArray(dtype as 'float32', sizeOf(shape));
  if (dtype !== 'int32' || values instanceof Int32Array) out.set(values);
  // Where integers live in floats, the largest one was rounded up beyond the range.
  else for (let i = 0; i < out.length; i++) out[i] = Math.max(-LIMIT - 1, Math.min(LIMIT, values[i]!));
  return out;
}
