// What plugins bring, through the one door of `plugins`: every kind of class comes back from a file.
import { reference } from '@nablajs/backend-reference';
import {
  Activation,
  Bidirectional,
  builtinLayers,
  Constraint,
  Dense,
  GRU,
  Initializer,
  Input,
  Layer,
  layerFromJSON,
  NamedActivation,
  type PieceClass,
  Regularizer,
  registryOf,
  SimpleRNN,
} from '@nablajs/layers';
import { Loss } from '@nablajs/losses';
import { MeanMetric } from '@nablajs/metrics';
import { Optimizer, Schedule, type Update, type UpdateCall } from '@nablajs/optimizers';
import { full, type Shape, scalar, setBackend, type Tensor, tensor } from '@nablajs/tensor';
import { beforeEach, expect, test } from 'vitest';
import { modelFromBytes, type Plugin, Sequential } from '../src/index.ts';

class Threes extends Initializer {
  static override readonly type: string = 'acme/Threes';
  override apply(shape: Shape): Tensor {
    return full(shape, 3);
  }
}

class Distance extends Regularizer<{ readonly from: number }> {
  static override readonly type: string = 'acme/Distance';
  override apply(weight: Tensor): Tensor {
    return weight.sub(this.config.from).abs().sum();
  }
}

class AtMost extends Constraint<{ readonly most: number }> {
  static override readonly type: string = 'acme/AtMost';
  override apply(weight: Tensor): Tensor {
    return weight.minimum(this.config.most);
  }
}

class Lifted extends NamedActivation<{ readonly by?: number }> {
  static override readonly type: string = 'acme/Lifted';
  override apply(x: Tensor): Tensor {
    return x.add(this.config.by ?? 1);
  }
}

class Doubled extends Layer {
  static override readonly type: string = 'acme/Doubled';
  protected override build(): void {}
  protected override call(x: Tensor): Tensor {
    return x.mul(2);
  }
}

type Slots = Record<never, never>;

class Downhill extends Optimizer {
  static override readonly type: string = 'acme/Downhill';
  protected update({ parameter, gradient, rate }: UpdateCall<object, Slots>): Update<Slots> {
    return { parameter: parameter.sub(gradient.mul(rate)), slots: {} };
  }
}

class Always extends Schedule<{ readonly rate: number }> {
  static override readonly type: string = 'acme/Always';
  call(): Tensor {
    return scalar(this.config.rate);
  }
}

class Miss extends Loss {
  static override readonly type: string = 'acme/Miss';
  override call(truth: Tensor, prediction: Tensor): Tensor {
    return truth.sub(prediction).abs().mean(-1);
  }
}

class Above extends MeanMetric {
  static override readonly type: string = 'acme/Above';
  protected values(truth: Tensor, prediction: Tensor): Tensor {
    return prediction.greater(truth);
  }
}

const acme: Plugin = {
  name: 'acme',
  layers: [Doubled],
  pieces: [Threes, Distance, AtMost, Lifted],
  optimizers: [Downhill],
  schedules: [Always],
  losses: [Miss],
  metrics: [Above],
};

function model(): Sequential {
  const dense = new Dense(1, {
    kernelInitializer: new Threes({}),
    kernelRegularizer: new Distance({ from: 1 }),
    kernelConstraint: new AtMost({ most: 2.5 }),
    useBias: false,
  });
  const made = new Sequential([Input({ shape: [1] }), dense, new Doubled({})]);
  const optimizer = new Downhill({ learningRate: new Always({ rate: 0.25 }) } as never);
  made.compile({ optimizer, loss: new Miss(), metrics: [new Above()] });
  return made;
}

beforeEach(() => {
  setBackend(reference());
});

test('every kind of class comes back, and does what it did', async () => {
  const bytes = await model().toBytes();
  const read = modelFromBytes(bytes, { plugins: [acme] });
  const [kernel] = read.weights;
  expect(await kernel!.value.item()).toBe(3);
  // |0 - 2·3·1| and |3 - 1|; the prediction is above the truth.
  const { history } = await read.fit([[1]], [[0]], { verbose: 0 });
  expect([history['loss'], history['above']]).toEqual([[6 + 2], [1]]);
  // 3 - 0.25 · (2 + 1), within the constraint.
  expect(await kernel!.value.item()).toBe(2.25);
  kernel!.assign([[9]]);
  await read.fit([[1]], [[0]], { verbose: 0 });
  expect(await kernel!.value.item()).toBe(2.5);
});

test.each([
  ['layers', "layer type 'acme/Doubled' is unknown"],
  ['optimizers', "there is no optimizer 'acme/Downhill'"],
  ['schedules', "there is no schedule 'acme/Always'"],
  ['losses', "there is no loss 'acme/Miss'"],
  ['metrics', "there is no metric 'acme/Above'"],
] as const)('without its %s, the file names the package', async (kind, message) => {
  const bytes = await model().toBytes();
  const { [kind]: _, ...rest } = acme;
  const read = () => modelFromBytes(bytes, { plugins: [rest] });
  expect(read).toThrow(message);
  expect(read).toThrow("It belongs to the package 'acme': install it");
});

test('without its pieces, the file says which option has none', async () => {
  const { pieces: _, ...rest } = acme;
  const bytes = await model().toBytes();
  expect(() => modelFromBytes(bytes, { plugins: [rest] })).toThrow("Dense: kernelInitializer 'acme/Threes' is unknown");
});

test('activations have names too, wherever layers take one', async () => {
  const lifted = new Lifted({ by: 5 });
  const made = new Sequential([
    Input({ shape: [2, 1] }),
    new SimpleRNN(1, {
      activation: lifted,
      kernelInitializer: 'ones',
      recurrentInitializer: 'ones',
      returnSequences: true,
    }),
    new Bidirectional(
      new GRU(1, { activation: lifted, recurrentActivation: new Lifted({}), kernelInitializer: new Threes({}) }),
    ),
    new Dense(1, { activation: lifted, kernelInitializer: 'zeros' }),
    new Activation(lifted),
  ]);
  const x = [[[1], [2]]];
  const expected = await (await made.predict(x)).array();
  // Zeros times whatever came, and twice 5.
  expect(expected).toEqual([[10]]);
  const read = modelFromBytes(await made.toBytes(), { plugins: [acme] });
  expect(await (await read.predict(x)).array()).toEqual(expected);
  expect(read.layers[2]!.toJSON()).toEqual(made.layers[2]!.toJSON());
  // 1 + 5, then 2 + 6 + 5.
  const rnn = new Sequential([Input({ shape: [2, 1] }), made.layers[0]!]);
  expect(await (await rnn.predict(x)).array()).toEqual([[[6], [13]]]);
  const bytes = await made.toBytes();
  expect(() => modelFromBytes(bytes, { plugins: [] })).toThrow(
    /in "simple_rnn".*activation 'acme\/Lifted' is unknown\. It belongs/,
  );
});

test('a name alone stands for a piece without options, in what is read', async () => {
  const json = new Dense(1, { kernelInitializer: 'ones' }).toJSON();
  const registry = { ...builtinLayers, ...registryOf<PieceClass>(Lifted, Threes) };
  const named = { ...json, config: { ...json.config, activation: 'acme/Lifted', kernelInitializer: 'acme/Threes' } };
  const dense = layerFromJSON(named, registry);
  expect(await dense.apply(tensor([[2]])).array()).toEqual([[7]]);
  expect(dense.toJSON().config).toMatchObject({ activation: { type: 'acme/Lifted', config: {} } });
});
