// The device of the WebGL engine: its memory and its draw calls. Kernels of the engine keep their own layouts; values of
// our programs are in ours (layout.ts), and are copied into the engine's when a kernel of its asks for them.
import { type HostArray, type Spec, sizeOf } from '@nablajs/tensor';
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import { extentOf, quadsOf } from './layout.ts';
import { type Binary, type Layout, type Shader, textOf } from './program.ts';
import { Programs } from './programs.ts';

interface Texture {
  readonly texture: WebGLTexture;
}

/** What the engine knows about a value. */
interface TextureData {
  values: HostArray | null;
  shape: readonly number[];
  texture: Texture | null;
  texShape: readonly [number, number] | null;
  usage: unknown;
  isPacked: boolean;
  readonly slice?: { readonly flatOffset: number } | null;
}

/** The parts of the engine that programs of ours need. */
interface WebGLBackend extends KernelBackend {
  readonly texData: { get(dataId: object): TextureData };
  readonly gpgpu: { readonly gl: WebGL2RenderingContext; createAndWaitForFence(): Promise<void> };
  makeTensorInfo(shape: number[], dtype: string): TensorInfo;
  uploadToGPU(dataId: object): void;
  unpackTensor(x: TensorInfo): TensorInfo;
  acquireTexture(texShape: readonly [number, number], usage: unknown, dtype: string, isPacked: boolean): Texture;
}

/** Who takes care of values made on the way. */
interface Keeper {
  keep(x: TensorInfo): TensorInfo;
}

/** Values of at most this many elements stay on the host too, where reading them costs nothing. */
const KEPT_ON_HOST = 16;
/** Textures of fewer bytes are not checked one by one: asking the driver costs a round trip. */
const CHECKED_BYTES = 2 ** 24;

/** Runs programs of our own, and keeps their values. */
export class Device {
  readonly #backend: WebGLBackend;
  readonly #gl: WebGL2RenderingContext;
  readonly #ours = new WeakSet<object>();
  readonly #binaries = new WeakMap<object, Map<string, Binary>>();
  readonly #programs: Programs;
  readonly #framebuffer: WebGLFramebuffer;
  readonly #vertices: WebGLVertexArrayObject;
  readonly #checked = new WeakSet<object>();
  readonly #plainKeys = new Map<string, object>();
  #attached = 0;

  constructor(backend: KernelBackend) {
    this.#backend = backend as WebGLBackend;
    this.#gl = this.#backend.gpgpu.gl;
    this.#programs = new Programs(this.#gl);
    this.#framebuffer = this.#gl.createFramebuffer();
    this.#vertices = this.#gl.createVertexArray();
  }

  /** Draws a shader: one value for each of `specs`. `key` and `pass` name the shader, which is written at its first run. */
  run(
    keeper: Keeper,
    key: object,
    pass: string,
    shader: () => Shader,
    inputs: readonly TensorInfo[],
    specs: readonly Spec[],
  ): TensorInfo[] {
    const sources = inputs.map((input) => this.#source(keeper, input));
    const outputs = specs.map((spec) => keeper.keep(this.#allocate(spec)));
    const name = pass + sources.map(({ layout }) => layout).join('');
    const binary = this.#binary(key, name, () =>
      this.#programs.of(
        textOf(
          shader(),
          sources.map(({ layout }, i) => ({ layout, size: sizeOf(inputs[i]!.shape) })),
          extentOf(quadsOf(sizeOf(specs[0]!.shape))).width,
        ),
        sources.length,
      ),
    );
    this.#draw(binary, sources, outputs);
    return outputs;
  }

  /** True for values that kernels of the engine cannot read. */
  owns(x: TensorInfo): boolean {
    return this.#ours.has(x.dataId);
  }

  /** True where elements lie in order, so that another shape needs no copy. */
  isFlat(x: TensorInfo): boolean {
    return this.owns(x) || !this.#data(x).isPacked;
  }

  /** The value as kernels of the engine read it. */
  plain(keeper: Keeper, x: TensorInfo): TensorInfo {
    if (!this.owns(x)) return x;
    const source = this.#source(keeper, x);
    const copy = keeper.keep(this.#backend.makeTensorInfo([...x.shape], x.dtype));
    this.#backend.uploadToGPU(copy.dataId);
    const [rows, width] = this.#data(copy).texShape!;
    const size = sizeOf(x.shape);
    const name = `${size} ${width}`;
    const key = this.#plainKeys.get(name) ?? {};
    this.#plainKeys.set(name, key);
    const binary = this.#binary(key, 'plain', () =>
      this.#programs.of(textOf({ targets: 1, body: 'out0 = vec4(read0(t));' }, [{ layout: 'quads', size }], width), 1),
    );
    this.#draw(binary, [source], [copy], [width, rows]);
    return copy;
  }

  /** The elements of a value of ours. */
  async read(x: TensorInfo): Promise<HostArray> {
    const { values, texture } = this.#data(x);
    if (values) return values;
    const gl = this.#gl;
    const { width, rows } = extentOf(quadsOf(sizeOf(x.shape)));
    this.#target([texture!.texture]);
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, 16 * width * rows, gl.STREAM_READ);
    gl.readPixels(0, 0, width, rows, gl.RGBA, gl.FLOAT, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    await this.#backend.gpgpu.createAndWaitForFence();
    const out = new Float32Array(sizeOf(x.shape));
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, out);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.deleteBuffer(buffer);
    return out;
  }

  #data({ dataId }: TensorInfo): TextureData {
    return this.#backend.texData.get(dataId);
  }

  #binary(key: object, name: string, link: () => Binary): Binary {
    const known = this.#binaries.get(key) ?? new Map<string, Binary>();
    this.#binaries.set(key, known);
    const binary = known.get(name) ?? link();
    known.set(name, binary);
    return binary;
  }

  #source(keeper: Keeper, x: TensorInfo): Source {
    let data = this.#data(x);
    if (!data.texture) this.#upload(x, data);
    else if (data.isPacked && !this.owns(x)) {
      // Squares of four elements, from a kernel of the engine.
      data = this.#data(keeper.keep(this.#backend.unpackTensor({ ...x, shape: [...data.shape] })));
    }
    return {
      texture: data.texture!.texture,
      layout: data.isPacked ? 'quads' : 'flat',
      offset: data.slice?.flatOffset ?? 0,
    };
  }

  #allocate({ shape, dtype }: Spec): TensorInfo {
    const info = this.#backend.makeTensorInfo([...shape], dtype);
    this.#place(info, this.#data(info));
    return info;
  }

  #place(x: TensorInfo, data: TextureData): void {
    const { width, rows } = extentOf(quadsOf(sizeOf(x.shape)));
    data.isPacked = true;
    data.usage = null;
    data.texShape = [2 * rows, 2 * width];
    data.texture = this.#backend.acquireTexture(data.texShape, null, x.dtype, true);
    this.#ours.add(x.dataId);
    if (16 * width * rows >= CHECKED_BYTES) this.#check(data.texture);
  }

  /** Drivers say only when asked that there was no room for a texture. */
  #check(texture: Texture): void {
    if (this.#checked.has(texture)) return;
    this.#checked.add(texture);
    if (this.#gl.getError() === this.#gl.OUT_OF_MEMORY) throw new Error('the driver has no memory for another texture');
  }

  #upload(x: TensorInfo, data: TextureData): void {
    const gl = this.#gl;
    const values = data.values!;
    this.#place(x, data);
    const { width, rows } = extentOf(quadsOf(sizeOf(x.shape)));
    const texels = new Float32Array(4 * width * rows);
    texels.set(values);
    gl.bindTexture(gl.TEXTURE_2D, data.texture!.texture);
    gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, rows, gl.RGBA, gl.FLOAT, texels);
    gl.bindTexture(gl.TEXTURE_2D, null);
    if (values.length > KEPT_ON_HOST) data.values = null;
  }

  #draw(
    { program, offsets }: Binary,
    sources: readonly Source[],
    outputs: readonly TensorInfo[],
    [width, rows]: readonly [number, number] = sides(outputs[0]!),
  ): void {
    const gl = this.#gl;
    this.#target(outputs.map((output) => this.#data(output).texture!.texture));
    gl.viewport(0, 0, width, rows);
    gl.scissor(0, 0, width, rows);
    gl.useProgram(program);
    gl.bindVertexArray(this.#vertices);
    for (const [unit, { texture, offset }] of sources.entries()) {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      if (offsets[unit]) gl.uniform1i(offsets[unit], offset);
    }
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  #target(textures: readonly WebGLTexture[]): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#framebuffer);
    for (let i = 0; i < Math.max(textures.length, this.#attached); i++) {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, textures[i] ?? null, 0);
    }
    if (textures.length !== this.#attached) gl.drawBuffers(textures.map((_, i) => gl.COLOR_ATTACHMENT0 + i));
    this.#attached = textures.length;
  }
}

interface Source {
  readonly texture: WebGLTexture;
  readonly layout: Layout;
  readonly offset: number;
}

function sides({ shape }: TensorInfo): readonly [number, number] {
  const { width, rows } = extentOf(quadsOf(sizeOf(shape)));
  return [width, rows];
}
