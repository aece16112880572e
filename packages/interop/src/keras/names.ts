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
