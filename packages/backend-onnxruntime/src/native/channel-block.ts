// How many channels ONNX Runtime's own convolutions take together depends on the processor, and it does not say: a
// reordered image shows it.
import { writeModel } from '@nablajs/onnx-graph';
import type { OrtApi } from './api.ts';
import { cpuDevice } from './cpu-device.ts';
import { openSession } from './session.ts';

/** More than any block, and a multiple of all. */
const CHANNELS = 64;

/** Channels per block of operators on images in blocks; 0 when this library has none. */
export function channelBlock(api: OrtApi, env: bigint): number {
  const shape = [1, CHANNELS, 1, 2];
  const type = { tensorType: { elemType: 1, shape: { dim: shape.map((size) => ({ dimValue: BigInt(size) })) } } };
  const model = writeModel({
    name: 'probe',
    node: [{ opType: 'ReorderInput', domain: 'com.microsoft.nchwc', input: ['x'], output: ['y'], name: 'probe' }],
    input: [{ name: 'x', type }],
    output: [{ name: 'y', type }],
  });
  const device = cpuDevice(api);
  const [x, y] = [device.allocate({ shape, dtype: 'float32' }), device.allocate({ shape, dtype: 'float32' })];
  try {
    const session = openSession(api, env, model, { threads: 1, spinning: false });
    x.write(Float32Array.from({ length: CHANNELS * 2 }, (_, i) => i));
    session.run([['x', x.value, x]], [['y', y.value, y]]);
    session.dispose();
    // The channels of the first pixel are the even numbers; they come before the second pixel, block by block.
    const block = (y.read() as Float32Array).indexOf(1);
    return block > 1 && block < CHANNELS ? block : 0;
  } catch {
    return 0;
  } finally {
    x.release();
    y.release();
  }
}
