// Model files as we compute them against ONNX Runtime: the largest difference of each output, and the time of a run.
//
//   npx tsc -b packages/onnx packages/backend-cpu && node packages/onnx/bench/compare.mjs <model.onnx> [1x3x224x224]
//
// The shape is that of inputs whose sizes the file leaves open.

import { readFileSync } from 'node:fs';
import { cpu } from '@nablajs/backend-cpu';
import { readOnnx } from '@nablajs/onnx';
import { compile, fromData, setBackend, sizeOf } from '@nablajs/tensor';
import { InferenceSession, Tensor } from 'onnxruntime-node';

const [path, given] = process.argv.slice(2);
if (!path) throw new Error('usage: compare.mjs <model.onnx> [1x3x224x224]');
const bytes = readFileSync(path);
const graph = readOnnx(bytes);
setBackend(await cpu({ threads: 1 }));

const inputs = graph.inputs.map(({ name, shape, dtype }) => {
  const sizes = shape?.every((size) => size !== null) ? shape : (given ?? '').split('x').map(Number);
  const values = Array.from({ length: sizeOf(sizes) }, (_, i) => (dtype === 'float32' ? Math.sin(i * 0.37) : i % 2));
  return { name, dtype, shape: sizes, values };
});
const ours = Object.fromEntries(
  inputs.map(({ name, dtype, shape, values }) => {
    const data = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    return [name, fromData(data, shape, dtype === 'float32' ? 'float32' : 'int32')];
  }),
);
const theirs = Object.fromEntries(
  inputs.map(({ name, dtype, shape, values }) => {
    if (dtype === 'float32') return [name, new Tensor(Float32Array.from(values), shape)];
    return [name, new Tensor('int64', BigInt64Array.from(values, BigInt), shape)];
  }),
);

const forward = compile((/** @type {typeof ours} */ x) => graph.run(x));
const session = await InferenceSession.create(bytes, { logSeverityLevel: 3, intraOpNumThreads: 1 });
const found = await forward(ours);
const expected = await session.run(theirs);
const parameters = graph.weights.reduce((sum, { stored }) => sum + sizeOf(stored.spec.shape), 0);
process.stdout.write(`${path}: opset ${graph.opset}, ${graph.weights.length} weights, ${parameters} parameters\n`);
for (const [i, name] of graph.outputs.entries()) {
  const [a, b] = [await found[i]?.data(), expected[name]?.data ?? []];
  const worst = Math.max(...Array.from(b, (value, k) => Math.abs((a?.[k] ?? Number.NaN) - Number(value))));
  process.stdout.write(`  ${name} [${found[i]?.shape}]: differs by at most ${worst.toExponential(1)}\n`);
}
process.stdout.write(
  `  ${(await timeOf(async () => (await forward(ours))[0]?.data())).toFixed(2)} ms a run, ` +
    `ONNX Runtime ${(await timeOf(() => session.run(theirs))).toFixed(2)} ms\n`,
);

/** The shortest of ten. @param {() => Promise<unknown>} run */
async function timeOf(run) {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
