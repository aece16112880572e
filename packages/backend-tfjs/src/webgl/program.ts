// Programs of our own on the WebGL engine: values are flat, one element per texel.
import { type Spec, sizeOf } from '@nablajs/tensor';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import type { Call } from '../lower/lowering.ts';
import { libraryFor } from './math.ts';

/** What the engine runs: a fragment shader that computes `outputShape` elements, each from samplers of its inputs. */
interface Program {
  readonly variableNames: string[];
  readonly outputShape: number[];
  readonly userCode: string;
}

interface TextureData {
  readonly isPacked?: boolean;
  readonly texture?: unknown;
  readonly shape: number[];
}

/** The parts of the WebGL engine that programs need. */
interface WebGLEngine {
  readonly texData: { get(dataId: object): TextureData };
  unpackTensor(x: TensorInfo): TensorInfo;
  runWebGLProgram(program: Program, inputs: TensorInfo[], dtype: string): TensorInfo;
}

/** A shader body: statements that set `float result` for the element `int i`; operands are read as `read0(index)`. */
export interface Shader {
  readonly inputs: number;
  readonly body: string;
  /** Functions the body calls, beside the shared ones. */
  readonly functions?: string;
}

/** The code the engine compiles. Made once per graph: it is the key under which the engine finds the compiled program. */
export function shaderCode({ inputs, body, functions = '' }: Shader): string {
  const readers = Array.from({ length: inputs }, (_, k) => `float read${k}(int index) { return getX${k}(index); }`);
  return `${libraryFor(`${functions}${body}`)}
${readers.join('\n')}
${functions}
void main() {
  int i = getOutputCoords();
  float result;
${body}
  setOutput(result);
}`;
}

const codes = new WeakMap<Call, string>();

/** The code of the shader for a call, written at its first run. */
export function codeFor(call: Call, shader: () => Shader): string {
  let code = codes.get(call);
  if (code === undefined) {
    code = shaderCode(shader());
    codes.set(call, code);
  }
  return code;
}

/** Runs a shader on flat views of its inputs. */
export function runShader(machine: Machine, code: string, inputs: readonly TensorInfo[], spec: Spec): TensorInfo {
  const engine = machine.backend as unknown as WebGLEngine;
  const size = sizeOf(spec.shape);
  const flat = inputs.map((input) => {
    const unpacked = flatten(machine, engine, input);
    return { ...unpacked, shape: [sizeOf(input.shape)] };
  });
  const program = { variableNames: flat.map((_, k) => `X${k}`), outputShape: [size], userCode: code };
  const result = engine.runWebGLProgram(program, flat, spec.dtype);
  return machine.keep({ ...result, shape: [...spec.shape] });
}

/** Packed textures hold squares of four elements; read as a row they would come in another order. */
function flatten(machine: Machine, engine: WebGLEngine, x: TensorInfo): TensorInfo {
  const { isPacked, texture, shape } = engine.texData.get(x.dataId);
  if (!isPacked || !texture) return x;
  return machine.keep(engine.unpackTensor({ ...x, shape }));
}

/** The place in an operand of `from`'s shape for element `i` of a value of `to`'s shape, as NumPy broadcasts. */
export function broadcastIndex(from: readonly number[], to: readonly number[]): string {
  if (sizeOf(from) === sizeOf(to)) return 'i';
  if (sizeOf(from) === 1) return '0';
  const lifted = [...new Array<number>(to.length - from.length).fill(1), ...from];
  // Neighbouring axes that are both kept or both repeated count as one.
  const axes: { size: number; kept: boolean }[] = [];
  to.forEach((size, axis) => {
    if (size === 1) return;
    const kept = lifted[axis] === size;
    const last = axes.at(-1);
    if (last?.kept === kept) last.size *= size;
    else axes.push({ size, kept });
  });
  const terms: string[] = [];
  let outStep = 1;
  let inStep = 1;
  for (let axis = axes.length - 1; axis >= 0; axis--) {
    const { size, kept } = axes[axis]!;
    if (kept) {
      const divided = outStep === 1 ? 'i' : `(i / ${outStep})`;
      const index = axis === 0 ? divided : `imod(${divided}, ${size})`;
      terms.push(inStep === 1 ? index : `${index} * ${inStep}`);
      inStep *= size;
    }
    outStep *= size;
  }
  return terms.join(' + ');
}
