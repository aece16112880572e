import { along } from './along.ts';
import { elementwise } from './elementwise.ts';
import { folds } from './fold.ts';
import type { Lowering } from './lowering.ts';
import { products } from './product.ts';
import { shape } from './shape.ts';
import { windows } from './windows.ts';

/** Every op this backend runs itself. What is not here is decomposed before a graph arrives, or refused. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...elementwise,
  ...folds,
  ...shape,
  ...products,
  ...windows,
  ...along,
};
