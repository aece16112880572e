// Keras writes snake_case, Nabla camelCase; apart from that, names are the same.

/** `kernel_initializer` → `kernelInitializer`, `fan_avg` → `fanAvg`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** `SeparableConv2D` → `separable_conv2d`, as Keras names layers in its weight files. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** The names of a model's layers in the trees of version 3: `dense`, `dense_1`, `functional`. */
export class TreeNames {
  readonly #used = new Map<string, number>();

  /** The name of the next layer of a class. */
  next(type: string): string {
    const base = snakeCase(type === 'Model' ? 'Functional' : type);
    const count = this.#used.get(base) ?? 0;
    this.#used.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }
}
