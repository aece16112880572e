// Philox4x32-10 on the device: WebGL 2 multiplies 32-bit integers exactly.
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Machine } from '../engine/machine.ts';
import { attr, type Call, type Lowering } from '../lower/lowering.ts';
import type { Shader } from './program.ts';

const FUNCTIONS = `
uint high(uint a, uint b) {
  uint al = a & 0xffffu;
  uint ah = a >> 16;
  uint bl = b & 0xffffu;
  uint bh = b >> 16;
  uint middle = ah * bl + ((al * bl) >> 16);
  uint cross = al * bh + (middle & 0xffffu);
  return ah * bh + (middle >> 16) + (cross >> 16);
}
uint word(int k) { return uint(read0(2 * k)) | (uint(read0(2 * k + 1)) << 16); }`;

/**
 * Random bits from a key, which crosses over as four halves of words: textures hold no integers beyond 24 bits. The number of
 * the draw comes with it, so that all draws of one size share a program.
 */
export const philox: Lowering = (machine, [key], call) => {
  const read = machine.read(key!);
  return read instanceof Promise ? read.then((words) => draw(machine, words, call)) : draw(machine, read, call);
};

function draw(machine: Machine, key: ArrayLike<number>, call: Call): TensorInfo {
  const [seed, counter] = [key[0]! >>> 0, key[1]! >>> 0];
  const offset = attr<number>(call, 'offset');
  const halves = Float32Array.of(seed & 0xffff, seed >>> 16, counter & 0xffff, counter >>> 16, offset);
  const operand = machine.write(halves, { shape: [5], dtype: 'float32' });
  return machine.device!.run(machine, call, 'philox', () => SHADER, [operand], [call.spec])[0]!;
}

const SHADER: Shader = {
  targets: 1,
  functions: FUNCTIONS,
  body: `
  uint c0 = uint(t);
  uint c1 = 0u;
  uint c2 = word(1);
  uint c3 = uint(read0(4));
  uint k0 = word(0);
  uint k1 = 0x4e61626cu;
  for (int round = 0; round < 10; round++) {
    uint h0 = high(0xd2511f53u, c0);
    uint l0 = 0xd2511f53u * c0;
    uint h1 = high(0xcd9e8d57u, c2);
    uint l1 = 0xcd9e8d57u * c2;
    c0 = h1 ^ c1 ^ k0;
    c1 = l1;
    c2 = h0 ^ c3 ^ k1;
    c3 = l0;
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  out0 = vec4(uvec4(c0, c1, c2, c3) >> 8u);`,
};
