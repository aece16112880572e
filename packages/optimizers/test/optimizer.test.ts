import { gradients } from '@nablajs/autograd';
import { reference } from '@nablajs/backend-reference';
import {
  compile,
  type Graph,
  pow,
  setBackend,
  type Tensor,
  tensor,
  type Variable,
  variable,
  zerosLike,
} from '@nablajs/tensor';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  Adagrad,
  Adam,
  AdamW,
  CosineDecay,
  ExponentialDecay,
  Optimizer,
  optimizerFrom,
  PiecewiseConstantDecay,
  RMSprop,
  Schedule,
  SGD,
  type Update,
  type UpdateCall,
} from '../src/index.ts';

beforeAll(() => setBackend(reference()));

type LionConfig = { readonly beta1: number; readonly beta2: number };
type LionSlots = { readonly momentum: Tensor };

class Lion extends Optimizer<LionConfig, LionSlots> {
  static override readonly type: string = 'acme/Lion';
  static override readonly defaults: object = { learningRate: 1e-4, beta1: 0.9, beta2: 0.99 };
  protected override slots(parameter: Tensor): LionSlots {
    return { momentum: zerosLike(parameter) };
  }
  protected update({ parameter, gradient, slots, rate, config }: UpdateCall<LionConfig, LionSlots>): Update<LionSlots> {
    const mixed = (beta: number): Tensor => slots.momentum.mul(beta).add(gradient.mul(1 - beta));
    return {
      parameter: parameter.sub(mixed(config.beta1).sign().mul(rate)),
      slots: { momentum: mixed(config.beta2) },
    };
  }
}

class Halving extends Schedule<{ readonly start: number; readonly every: number }> {
  static override readonly type: string = 'acme/Halving';
  call(step: Tensor): Tensor {
    return pow(0.5, step.div(this.config.every).floor()).mul(this.config.start);
  }
}

const constant = (...values: number[]): Tensor => tensor(values);
const values = async (w: Variable): Promise<number[]> => [...(await w.value.data())];

describe('the learning rate', () => {
  test('can be set at any time without another trace', async () => {
    const w = variable([1]);
    const optimizer = new SGD(0.5);
    const step = compile(() => optimizer.apply([w], [constant(1)]));
    await step();
    expect(await values(w)).toEqual([0.5]);
    optimizer.learningRate = 0.25;
    await step();
    expect(await values(w)).toEqual([0.25]);
    optimizer.learningRate = 0.125;
    await step();
    expect(await values(w)).toEqual([0.125]);
    expect(step.stats.traces).toBe(1);
    expect(await optimizer.learningRate.value.item()).toBe(0.125);
    expect(optimizer.toJSON().config.learningRate).toBe(0.125);
    expect(optimizerFrom(optimizer.toJSON()).config.learningRate).toBe(0.125);
  });

  test('follows a schedule in the same trace', async () => {
    const w = variable([0]);
    const optimizer = new SGD(new ExponentialDecay(1, 1, 0.5));
    const step = compile(() => optimizer.apply([w], [constant(-1)]));
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) {
      await step();
      seen.push(...(await values(w)), await optimizer.learningRate.value.item());
    }
    expect(seen).toEqual([1, 1, 1.5, 0.5, 1.75, 0.25, 1.875, 0.125]);
    expect(step.stats.traces).toBe(1);
    expect(await optimizer.iterations.value.item()).toBe(4);
  });
});

describe('limits on gradients', () => {
  const clipped = async (options: object, ...gradients: number[][]): Promise<number[][]> => {
    const parameters = gradients.map((gradient) => variable(tensor(gradient.map(() => 0))));
    new SGD(1, options).apply(
      parameters,
      gradients.map((gradient) => tensor(gradient)),
    );
    return Promise.all(parameters.map(async (w) => (await values(w)).map((value) => -value)));
  };

  test('clipValue', async () => expect(await clipped({ clipValue: 2 }, [3, -4, 1])).toEqual([[2, -2, 1]]));
  test('clipNorm takes each gradient by itself', async () => {
    const found = await clipped({ clipNorm: 1 }, [3, -4], [6, 8], [0.25, 0.5]);
    const expected = [0.6, -0.8, 0.6, 0.8, 0.25, 0.5];
    for (const [i, value] of found.flat().entries()) expect(value).toBeCloseTo(expected[i]!, 6);
  });
  test('globalClipNorm keeps their proportions', async () => {
    // The norm of (1, 2, 2, 4) is 5.
    expect(await clipped({ globalClipNorm: 2.5 }, [1, 2], [2, 4])).toEqual([
      [0.5, 1],
      [1, 2],
    ]);
    expect(await clipped({ globalClipNorm: 50 }, [1, 2], [2, 4])).toEqual([
      [1, 2],
      [2, 4],
    ]);
  });
});

describe('weight decay', () => {
  test('any optimizer shrinks its parameters when asked to, but not those left out by name', async () => {
    const [kernel, bias] = [variable([2], { name: 'dense_1/kernel' }), variable([2], { name: 'dense_1/bias' })];
    const optimizer = new SGD(0.5, { weightDecay: 0.1, excludeFromWeightDecay: ['bias'] });
    optimizer.apply([kernel, bias], [constant(1), constant(1)]);
    expect((await values(kernel))[0]).toBeCloseTo(2 - 0.5 * 0.1 * 2 - 0.5, 6);
    expect(await values(bias)).toEqual([1.5]);
  });

  test('AdamW is Adam with 0.004', () => {
    expect(new Adam().config.weightDecay).toBe(null);
    expect(new AdamW().config.weightDecay).toBe(0.004);
  });
});

describe('state', () => {
  test('is listed: updates, rate, then slots under the names of their parameters', async () => {
    const [kernel, frozen] = [
      variable([1], { name: 'a/kernel' }),
      variable([1], { name: 'b/kernel', trainable: false }),
    ];
    const optimizer = new Adam();
    optimizer.build([kernel, frozen]);
    optimizer.build([kernel, frozen]);
    expect(optimizer.variables.map(({ name }) => name)).toEqual([
      'iterations',
      'learningRate',
      'a/kernel/momentum',
      'a/kernel/velocity',
    ]);
    expect(optimizer.variables[0]!.dtype).toBe('int32');
    expect(optimizer.variables.every(({ trainable }) => !trainable)).toBe(true);
    expect(new SGD().variables).toHaveLength(2);
  });

  test('frozen parameters are skipped; thawed ones join with fresh slots', async () => {
    const [a, b] = [variable([1]), variable([1], { trainable: false })];
    const optimizer = new SGD(0.5, { momentum: 0.5 });
    const step = compile(() => optimizer.apply([a, b], [constant(1), constant(1)]), {
      guard: () => [a.trainable, b.trainable],
    });
    await step();
    expect([await values(a), await values(b)]).toEqual([[0.5], [1]]);
    b.trainable = true;
    await step();
    expect([await values(a), await values(b)]).toEqual([[-0.25], [0.5]]);
    expect(optimizer.variables).toHaveLength(4);
  });

  test('slots may start from anything, inside compiled functions too', async () => {
    const w = variable([1, 2]);
    const optimizer = new Adagrad(1, { initialAccumulatorValue: 3, epsilon: 0 });
    await compile(() => optimizer.apply([w], [constant(1, 1)]))();
    expect(await values(w)).toEqual([0.5, 1.5]);
    expect(await values(optimizer.variables[2]!)).toEqual([4, 4]);
  });
});

/** How many programs that only copy a value the first update of a fresh parameter takes. */
async function copiesOfFirstUpdate(optimizer: Optimizer): Promise<number> {
  const backend = reference();
  const plain = backend.compile.bind(backend);
  let copies = 0;
  setBackend(
    // The same object, for buffers know theirs.
    Object.assign(backend, {
      compile: (graph: Graph) => {
        if (graph.code.length === 0) copies++;
        return plain(graph);
      },
    }),
  );
  try {
    const w = variable(() => zerosLike(tensor([1, 2])).add(3), { name: 'w' });
    optimizer.build([w]);
    const step = compile(() => optimizer.apply([w], [w.value.mul(2)]));
    await step();
    expect(await w.value.data()).not.toEqual(Float32Array.of(3, 3));
    return copies;
  } finally {
    setBackend(reference());
  }
}

describe('the first update', () => {
  test('copies no parameter of which state needs only the shape', async () => {
    expect(await copiesOfFirstUpdate(new Adam(0.1))).toBe(0);
    expect(await copiesOfFirstUpdate(new SGD(0.1, { momentum: 0.9 }))).toBe(0);
  });

  test('leaves state that began as the parameter what the parameter was', async () => {
    class Anchored extends Optimizer<object, { readonly anchor: Tensor }> {
      static override readonly type: string = 'acme/Anchored';
      protected override slots(parameter: Tensor): { readonly anchor: Tensor } {
        return { anchor: parameter };
      }
      protected update({ parameter, gradient, slots, rate }: UpdateCall<object, { readonly anchor: Tensor }>): Update<{
        readonly anchor: Tensor;
      }> {
        return { parameter: parameter.sub(gradient.mul(rate)), slots };
      }
    }
    const w = variable([1, 2], { name: 'w' });
    const optimizer = new Anchored({ learningRate: 0.5 });
    optimizer.build([w]);
    await compile(() => optimizer.apply([w], [tensor([2, 2])]))();
    expect(await w.value.array()).toEqual([0, 1]);
    const anchor = optimizer.variables.find(({ name }) => name === 'w/anchor');
    expect(await anchor!.value.array()).toEqual([1, 2]);
  });
});

describe('names and JSON', () => {
  test.each([
    ['adam', Adam],
    ['Adam', Adam],
    ['adamW', AdamW],
    ['rmsprop', RMSprop],
    ['sgd', SGD],
    ['adaGrad', Adagrad],
  ])('%s', (name, Class) => expect(optimizerFrom(name)).toBeInstanceOf(Class));

  test('an optimizer is itself', () => {
    const optimizer = new SGD();
    expect(optimizerFrom(optimizer)).toBe(optimizer);
  });

  test('with its schedule', async () => {
    const json = JSON.parse(JSON.stringify(new Adam(new CosineDecay(0.1, 100))));
    expect(json.config.learningRate).toEqual({
      type: 'CosineDecay',
      config: { initialLearningRate: 0.1, decaySteps: 100, alpha: 0, warmupTarget: null, warmupSteps: 0 },
    });
    const [read, w] = [optimizerFrom(json), variable([0])];
    read.apply([w], [constant(-1)]);
    expect((await values(w))[0]).toBeCloseTo(0.1, 5);
  });

  test("classes of one's own", async () => {
    const json = JSON.parse(JSON.stringify(new Lion(new Halving({ start: 0.5, every: 1 }))));
    const lion = optimizerFrom(json, { 'acme/Lion': Lion, 'acme/Halving': Halving });
    expect(lion).toBeInstanceOf(Lion);
    const w = variable([4, -4]);
    for (let i = 0; i < 2; i++) lion.apply([w], gradients(w.value.square().sum(), [w]));
    expect(await values(w)).toEqual([3.25, -3.25]);
  });
});

describe('errors read as prose', () => {
  const w = variable([1, 2], { name: 'dense_1/kernel' });
  const cases: Readonly<Record<string, () => unknown>> = {
    'unknown name': () => optimizerFrom('adams'),
    'from a package': () => optimizerFrom({ type: 'acme/Lion', config: {} }),
    'schedule from a package': () =>
      optimizerFrom({ type: 'SGD', config: { learningRate: { type: 'acme/Halving', config: {} } } }),
    'schedule for an optimizer': () =>
      optimizerFrom(
        { type: 'Halving', config: {} },
        {
          Halving: class extends Halving {
            static override readonly type: string = 'Halving';
          },
        },
      ),
    'unknown option': () => new Adam({ beta_1: 0.9 } as object),
    'rate that is none': () => new SGD(Number.NaN),
    'negative rate': () => {
      new SGD().learningRate = -1;
    },
    'rate under a schedule': () => {
      new SGD(new CosineDecay(0.1, 10)).learningRate = 0.1;
    },
    'beta of 1': () => new Adam(0.1, { beta1: 1 }),
    momentum: () => new SGD(0.1, { momentum: -0.9 }),
    'two limits': () => new SGD(0.1, { clipNorm: 1, clipValue: 2 }),
    'limit of 0': () => new SGD(0.1, { globalClipNorm: 0 }),
    'schedule without steps': () => new ExponentialDecay(0.1, 0, 0.9),
    'schedule with less than it needs': () => new CosineDecay({ initialLearningRate: 0.1 } as never),
    'values for boundaries': () => new PiecewiseConstantDecay([1, 2], [0.1, 0.2]),
    'boundaries out of order': () => new PiecewiseConstantDecay([2, 1], [0.1, 0.2, 0.3]),
    'too few gradients': () => new SGD().apply([w, w], [constant(1, 2)]),
    'gradients in another order': () => new SGD().apply([w], [constant(1, 2, 3)]),
  };

  test.each(Object.keys(cases))('%s', (name) => {
    expect(cases[name]).toThrowErrorMatchingSnapshot();
  });
});
