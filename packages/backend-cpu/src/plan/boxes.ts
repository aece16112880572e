// Where the pieces of a value lie in it.
import type { Shape } from '@nablajs/tensor';
import type { PiecesNode } from './node.ts';

/** A rectangle of a value. */
export interface Box {
  readonly corner: readonly number[];
  readonly sizes: Shape;
}

/** The rectangles of a node's pieces. */
export function boxesOf({ operands, corners }: PiecesNode): Box[] {
  return operands.map(({ shape }, i) => ({ corner: corners[i]!, sizes: shape }));
}
