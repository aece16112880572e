// Layers that merge inputs element by element.
import type { Tensor } from '@nablajs/tensor';
import { type LayerOptions, readLayerOptions } from '../base/options.ts';
import { Merge } from './merge.ts';

type Inputs = readonly [Tensor, ...Tensor[]];

/**
 * The sum of all inputs, as in residual networks.
 * @throws ShapeError for shapes that do not broadcast
 * @example new Add().apply([x, shortcut])
 */
export class Add extends Merge {
  static override readonly type: string = 'Add';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Add', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs.reduce((a, b) => a.add(b));
  }
}

/**
 * The first input minus the second.
 * @throws ConfigError unless there are two
 * @example new Subtract().apply([a, b])
 */
export class Subtract extends Merge {
  static override readonly type: string = 'Subtract';
  protected override readonly arity: readonly [least: number, most: number] = [2, 2];

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Subtract', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs[0].sub(inputs[1]!);
  }
}

/**
 * The product of all inputs.
 * @example new Multiply().apply([x, gate])
 */
export class Multiply extends Merge {
  static override readonly type: string = 'Multiply';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Multiply', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs.reduce((a, b) => a.mul(b));
  }
}

/**
 * The mean of all inputs.
 * @example new Average().apply([a, b, c])
 */
export class Average extends Merge {
  static override readonly type: string = 'Average';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Average', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs.reduce((a, b) => a.add(b)).mul(1 / inputs.length);
  }
}

/**
 * The largest of all inputs, element by element.
 * @example new Maximum().apply([a, b])
 */
export class Maximum extends Merge {
  static override readonly type: string = 'Maximum';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Maximum', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs.reduce((a, b) => a.maximum(b));
  }
}

/**
 * The smallest of all inputs, element by element.
 * @example new Minimum().apply([a, b])
 */
export class Minimum extends Merge {
  static override readonly type: string = 'Minimum';

  constructor(options: LayerOptions = {}) {
    super(readLayerOptions('Minimum', {}, options));
  }

  protected override merge(inputs: Inputs): Tensor {
    return inputs.reduce((a, b) => a.minimum(b));
  }
}
