// What is trained: two small networks as in the other benchmarks, and a residual network of the shape of ResNet-50.
import {
  Adam,
  BatchNormalization,
  type ComputePrecision,
  Conv2D,
  Dense,
  Flatten,
  GlobalAveragePooling2D,
  Input,
  Layer,
  MaxPooling2D,
  type Mode,
  Sequential,
  SGD,
  SparseCategoricalCrossentropy,
  type Tensor,
} from 'nablajs';

const LOSS = new SparseCategoricalCrossentropy();

/** 784-512-256-10, Adam. */
export function mlp(precision: ComputePrecision): Sequential {
  const model = new Sequential([
    Input({ shape: [784] }),
    new Dense(512, { activation: 'relu' }),
    new Dense(256, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new Adam(), loss: LOSS, precision });
  return model;
}

/** Two convolutions of 32 and 64 filters with pools, a hidden layer of 128; SGD with momentum. */
export function cnn(precision: ComputePrecision): Sequential {
  const model = new Sequential([
    Input({ shape: [28, 28, 1] }),
    new Conv2D(32, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Conv2D(64, 3, { padding: 'same', activation: 'relu' }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(128, { activation: 'relu' }),
    new Dense(10, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new SGD(0.01, { momentum: 0.9 }), loss: LOSS, precision });
  return model;
}

/** A convolution without a bias, normalized; padded as PyTorch pads, alike on both sides. */
class ConvNorm extends Layer<{ filters: number; size: number; stride: number }> {
  static override readonly type: string = 'bench/ConvNorm';
  readonly #conv: Conv2D;
  readonly #norm: BatchNormalization = new BatchNormalization({ momentum: 0.9, epsilon: 1e-5 });

  constructor(config: { filters: number; size: number; stride: number }) {
    super(config);
    const { filters, size, stride } = config;
    this.#conv = new Conv2D(filters, size, { strides: stride, useBias: false, kernelInitializer: 'heNormal' });
  }
  override sublayers(): readonly Layer[] {
    return [this.#conv, this.#norm];
  }
  protected override build(): void {}
  protected override call(x: Tensor, mode: Mode): Tensor {
    return this.#norm.apply(this.#conv.apply(padded(x, (this.config.size - 1) / 2), mode), mode);
  }
}

function padded(x: Tensor, cells: number): Tensor {
  const around = [cells, cells] as const;
  return cells === 0 ? x : x.pad([[0, 0], around, around, [0, 0]]);
}

/** 1x1, 3x3 and 1x1 beside a shortcut. He et al., 2015, arXiv:1512.03385, with the stride at the 3x3 as PyTorch has it. */
class Bottleneck extends Layer<{ filters: number; stride: number; projects: boolean }> {
  static override readonly type: string = 'bench/Bottleneck';
  readonly #main: readonly ConvNorm[];
  readonly #shortcut: ConvNorm | null;

  constructor(config: { filters: number; stride: number; projects: boolean }) {
    super(config);
    const { filters, stride, projects } = config;
    this.#main = [
      new ConvNorm({ filters, size: 1, stride: 1 }),
      new ConvNorm({ filters, size: 3, stride }),
      new ConvNorm({ filters: 4 * filters, size: 1, stride: 1 }),
    ];
    this.#shortcut = projects ? new ConvNorm({ filters: 4 * filters, size: 1, stride }) : null;
  }
  override sublayers(): readonly Layer[] {
    return this.#shortcut ? [...this.#main, this.#shortcut] : this.#main;
  }
  protected override build(): void {}
  protected override call(x: Tensor, mode: Mode): Tensor {
    const [first, second, third] = this.#main as [ConvNorm, ConvNorm, ConvNorm];
    const y = third.apply(second.apply(first.apply(x, mode).relu(), mode).relu(), mode);
    return y.add(this.#shortcut ? this.#shortcut.apply(x, mode) : x).relu();
  }
}

/** ReLU and a 3x3 maximum of stride 2. After ReLU, zeros around change no maximum. */
class Stem extends Layer<object> {
  static override readonly type: string = 'bench/Stem';
  readonly #conv: ConvNorm = new ConvNorm({ filters: 64, size: 7, stride: 2 });
  readonly #pool: MaxPooling2D = new MaxPooling2D(3, { strides: 2 });

  override sublayers(): readonly Layer[] {
    return [this.#conv, this.#pool];
  }
  protected override build(): void {}
  protected override call(x: Tensor, mode: Mode): Tensor {
    return this.#pool.apply(padded(this.#conv.apply(x, mode).relu(), 1), mode);
  }
}

const STAGES = [
  [64, 3],
  [128, 4],
  [256, 6],
  [512, 3],
] as const;

/** ResNet-50 for 1000 classes; SGD with momentum. */
export function resnet50(precision: ComputePrecision, image: number): Sequential {
  const blocks = STAGES.flatMap(([filters, count], stage) =>
    Array.from({ length: count }, (_, i) => {
      return new Bottleneck({ filters, stride: i === 0 && stage > 0 ? 2 : 1, projects: i === 0 });
    }),
  );
  const model = new Sequential([
    Input({ shape: [image, image, 3] }),
    new Stem({}),
    ...blocks,
    new GlobalAveragePooling2D(),
    new Dense(1000, { activation: 'softmax' }),
  ]);
  model.compile({ optimizer: new SGD(0.1, { momentum: 0.9 }), loss: LOSS, precision });
  return model;
}
