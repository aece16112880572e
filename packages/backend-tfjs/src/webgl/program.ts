// Programs of our own on WebGL 2: a fragment computes one texel, four neighbouring elements, of each of its targets.
import { extentOf, quadsOf } from './layout.ts';
import { libraryFor } from './math.ts';

/** How an input lies in its texture: in our layout, or one element a texel, as kernels of the engine leave it. */
export type Layout = 'quads' | 'flat';

/**
 * A shader body: statements that set `out0`, `out1`, ... for the texel `int t`. It reads one element of its inputs as
 * `read0(index)`, or four as `quad0(index / 4)`.
 */
export interface Shader {
  /** How many values it computes, 4 at most. */
  readonly targets: number;
  readonly body: string;
  /** Functions the body calls, beside the shared ones. */
  readonly functions?: string;
}

/** A linked program. */
export interface Binary {
  readonly program: WebGLProgram;
  /** Where each input's first element is told, for inputs that begin inside a texture. */
  readonly offsets: readonly (WebGLUniformLocation | null)[];
}

/** A shader that computes element by element: `body` sets `float result` for the element `int i`. */
export function elementShader(body: string, functions: string = ''): Shader {
  return {
    targets: 1,
    functions: `${functions}\nfloat element(int i) {\n  float result;\n${body}\n  return result;\n}`,
    // A loop: drivers take four times as long to compile four copies.
    body: `  vec4 all;
  for (int lane = 0; lane < 4; lane++) all[lane] = element(4 * t + lane);
  out0 = all;`,
  };
}

// One triangle that covers the target.
const VERTICES = `#version 300 es
void main() { gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0); }`;

/** Compiles the whole text of a shader that reads `inputs` textures. */
export function linkShader(gl: WebGL2RenderingContext, text: string, inputs: number): Binary {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTICES],
    [gl.FRAGMENT_SHADER, text],
  ] as const) {
    const compiled = gl.createShader(kind)!;
    gl.shaderSource(compiled, source);
    gl.compileShader(compiled);
    gl.attachShader(program, compiled);
    gl.deleteShader(compiled);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
    const logs = (gl.getAttachedShaders(program) ?? []).map((each) => gl.getShaderInfoLog(each));
    throw new Error(`the driver refused a shader: ${[...logs, gl.getProgramInfoLog(program)].join(' ').trim()}`);
  }
  gl.useProgram(program);
  const numbers = Array.from({ length: inputs }, (_, k) => k);
  for (const k of numbers) gl.uniform1i(gl.getUniformLocation(program, `X${k}`), k);
  return { program, offsets: numbers.map((k) => gl.getUniformLocation(program, `offset${k}`)) };
}

/** The whole text of a shader for inputs in certain layouts and a target `width` texels wide. */
export function textOf(
  { targets, body, functions = '' }: Shader,
  inputs: readonly { readonly layout: Layout; readonly size: number }[],
  width: number,
): string {
  const outputs = Array.from({ length: targets }, (_, k) => `layout(location = ${k}) out vec4 out${k};`);
  return `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
${outputs.join('\n')}
int imod(int a, int b) { return a - b * (a / b); }
${inputs.map(({ layout, size }, k) => (layout === 'quads' ? quadReader(k, size) : flatReader(k))).join('\n')}
${libraryFor(`${functions}${body}`)}
${functions}
void main() {
  int t = int(gl_FragCoord.y) * ${width} + int(gl_FragCoord.x);
${body}
}`;
}

function quadReader(k: number, size: number): string {
  const { width } = extentOf(quadsOf(size));
  return `uniform sampler2D X${k};
vec4 quad${k}(int t) { return texelFetch(X${k}, ivec2(t & ${width - 1}, t >> ${Math.log2(width)}), 0); }
float read${k}(int i) { return quad${k}(i >> 2)[i & 3]; }`;
}

function flatReader(k: number): string {
  return `uniform sampler2D X${k};
uniform int offset${k};
float read${k}(int i) {
  int at = i + offset${k};
  int width = textureSize(X${k}, 0).x;
  return texelFetch(X${k}, ivec2(imod(at, width), at / width), 0).r;
}
vec4 quad${k}(int t) { return vec4(read${k}(4 * t), read${k}(4 * t + 1), read${k}(4 * t + 2), read${k}(4 * t + 3)); }`;
}
