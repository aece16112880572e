import {
  configFrom,
  type InitializerLike,
  Layer,
  type LayerOptions,
  type Spec,
  type Tensor,
  type Variable,
  type WeightMaker,
} from 'nablajs';
import { LogUniform } from './log-uniform.ts';
import { snake } from './snake-op.ts';

/** Configuration of {@link Snake}. */
export interface SnakeConfig {
  /** How frequencies begin. Default `new LogUniform()`. */
  readonly frequencyInitializer: InitializerLike;
}

/**
 * The snake activation with a frequency for each channel, which is learnt.
 * @example new Sequential([new Dense(32), new Snake(), new Dense(1)])
 */
export class Snake extends Layer<SnakeConfig> {
  static override readonly type: string = 'acme/Snake';
  static override readonly supportsMasking: boolean = true;
  #frequency!: Variable;

  /** @throws ConfigError for an option that is none */
  constructor(options: Partial<SnakeConfig> & LayerOptions = {}) {
    super(configFrom('acme/Snake', { frequencyInitializer: new LogUniform() }, options, ['name', 'trainable']));
  }

  protected override build(make: WeightMaker, { shape }: Spec): void {
    const initializer = this.given.frequencyInitializer;
    this.#frequency = make.weight('frequency', shape.slice(-1), { initializer });
  }

  protected override call(x: Tensor): Tensor {
    return snake(x, this.#frequency.value);
  }
}
