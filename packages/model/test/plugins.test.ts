// What plugins bring, through the one door of `plugins`: every kind of class comes back from a file.
import { reference } from '@nablajs/backend-reference';
import { Constraint, Dense, Initializer, Input, Layer, Regularizer } from '@nablajs/layers';
import { Loss } from '@nablajs/losses';
import { MeanMetric } from '@nablajs/metrics';
import { Optimizer, Schedule, type Update, type UpdateCall } from '@nablajs/optimizers';
import { full, type Shape, scalar, setBackend, type Tensor } from '@nablajs/tensor';
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
  pieces: [Threes, Distance, AtMost],
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
