// Every layer there is, exported, and run by ONNX Runtime against our own predict.
import { reference } from '@nablajs/backend-reference';
import { Activation, type ActivationName, builtinLayers, HostLayer, Input, type Layer } from '@nablajs/layers';
import { Sequential } from '@nablajs/model';
import {
  type DType,
  fromData,
  hostArray,
  randomUniform,
  type Shape,
  setBackend,
  setSeed,
  sizeOf,
  type Tensor,
} from '@nablajs/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { CASES } from '../../../layers/test/cases/index.ts';
import { checkModel, exportOnnx, readModel } from '../../src/index.ts';
import { runOnnx } from '../runtime.ts';

beforeAll(() => setBackend(reference()));

/** Models of one input are what is exported so far; layers with several run in ONNX Runtime as a backend. */
const SINGLE = CASES.filter(([, { input }]) => !Array.isArray(input[0]));

const ACTIVATIONS: readonly ActivationName[] = [
  'linear',
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'elu',
  'selu',
  'gelu',
  'silu',
  'mish',
  'hardSigmoid',
  'exponential',
  'leakyRelu',
];

async function built(sample: Shape, layer: Layer, dtype: DType = 'float32'): Promise<Sequential> {
  setSeed(3);
  const model = new Sequential([Input({ shape: sample, dtype }), layer]);
  // Biases and statistics begin with zeros and ones, which hide mistakes. Statistics are positive.
  for (const weight of model.weights)
    weight.assign(await randomUniform(weight.shape, { minval: 0.2, maxval: 1 }).detach());
  return model;
}

async function requireSameAsRuntime(model: Sequential, batch: number, bytes: Uint8Array): Promise<void> {
  const { dtype } = model.inputSpec!;
  const shape = [batch, ...model.inputSpec!.shape.slice(1)];
  const values = hostArray(dtype, sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = dtype === 'int32' ? (i * 7) % 5 : Math.sin(i * 1.7) * 2;
  const expected = await model.predict(fromData(values, shape, dtype));
  const found = await runOnnx(bytes, { input: { data: values, shape } });
  // A layer with several outputs gives a list, under the names the model has for them.
  const several: readonly Tensor[] = Array.isArray(expected) ? expected : [expected];
  const names = several.length === 1 ? ['output'] : model.outputPlaces.names;
  for (const [at, each] of several.entries()) {
    const own = found[names[at]!]!;
    expect(own.shape).toEqual(each.shape);
    const truth = await each.data();
    own.data.forEach((value, i) => {
      expect(Math.abs(value - truth[i]!), `element ${i}`).toBeLessThan(1e-4 * (1 + Math.abs(truth[i]!)));
    });
  }
}

describe('exportOnnx', () => {
  it('knows a case for every layer', () => {
    const covered = new Set(CASES.map(([, { make }]) => make().type));
    const taking = Object.entries(builtinLayers).filter(([, { prototype }]) => !(prototype instanceof HostLayer));
    expect(taking.map(([type]) => type).filter((type) => !covered.has(type))).toEqual([]);
  });

  it.each(SINGLE)('%s runs in ONNX Runtime as in predict', async (_, { make, input, dtype }) => {
    const model = await built(input.slice(1) as Shape, make() as unknown as Layer, dtype);
    const bytes = await exportOnnx(model);
    expect(checkModel(bytes)).toEqual([]);
    const { graph } = readModel(bytes);
    expect(graph.input[0]!.type?.tensorType?.shape?.dim[0]).toEqual({ dimParam: 'batch' });
    const typed = new Set([...graph.valueInfo, ...graph.output].map(({ name }) => name));
    for (const { output } of graph.node) for (const name of output) expect(typed).toContain(name);
    for (const batch of [1, 3]) await requireSameAsRuntime(model, batch, bytes);
  });

  it.each(ACTIVATIONS)('activation %s runs in ONNX Runtime as in predict', async (name) => {
    const model = await built([6], new Activation(name));
    await requireSameAsRuntime(model, 2, await exportOnnx(model));
  });
});
