// Layers of text: they work on the host, before tensors exist.
import { ConfigError, fromData, type Shape, ShapeError, type Tensor } from '@nablajs/tensor';
import { AdaptedLayer } from './adapted.ts';

/** A value, or nested lists of values. */
export type Nested<T> = T | readonly Nested<T>[];

/** Nested lists as one list and a shape. */
export interface Flat<T> {
  readonly values: readonly T[];
  readonly shape: Shape;
}

/**
 * A layer whose input no tensor can hold, such as text. Its `encode` makes tensors of it, outside of models; configuration,
 * name and files are those of every layer.
 */
export abstract class HostLayer<C extends object> extends AdaptedLayer<C> {
  protected override build(): void {
    this.#refuse();
  }

  protected override call(): Tensor {
    return this.#refuse();
  }

  #refuse(): never {
    throw new ConfigError(
      `works on text and the like, which tensors cannot hold, so it cannot be part of a model. Give the model the tensor that ${this.type}.encode(values) makes, also inside of dataset.map or Stream.map.`,
    );
  }
}

/**
 * Nested lists as one list and a shape.
 * @throws ShapeError for lists of different lengths beside each other
 */
export function flatten<T>(type: string, values: Nested<T>): Flat<T> {
  const shape: number[] = [];
  for (let at: Nested<T> | undefined = values; Array.isArray(at); at = at[0]) shape.push(at.length);
  const flat: T[] = [];
  const visit = (value: Nested<T>, depth: number): void => {
    const isList = Array.isArray(value);
    if (isList !== depth < shape.length || (isList && value.length !== shape[depth])) {
      throw new ShapeError(
        `${type}.encode: lists beside each other must have the same length. Pad them, or encode them one by one.`,
      );
    }
    if (isList) for (const item of value) visit(item, depth + 1);
    else flat.push(value as T);
  };
  visit(values, 0);
  return { values: flat, shape };
}

/** Whole numbers as a tensor. */
export function wholes(numbers: readonly number[], shape: Shape): Tensor {
  return fromData(Int32Array.from(numbers), [...shape]);
}
