// Boxes that follow their images: left, top, right and bottom edge in pixels, so that a box of one pixel is 1 wide.
import { concat, type Tensor } from '@nablajs/tensor';
import { type Matrix, mapPoints } from '../geometry/matrix.ts';

/** The four edges, each `[batch, boxes, 1]`. */
export function edgesOf(boxes: Tensor): readonly [left: Tensor, top: Tensor, right: Tensor, bottom: Tensor] {
  const edge = (at: number): Tensor => boxes.slice([0, 0, at], [boxes.shape[0]!, boxes.shape[1]!, 1]);
  return [edge(0), edge(1), edge(2), edge(3)];
}

/** Boxes of edges, cut to an image's size. */
export function boxesOf(edges: readonly [Tensor, Tensor, Tensor, Tensor], height: number, width: number): Tensor {
  const [left, top, right, bottom] = edges;
  const [across, down] = [(x: Tensor) => x.clip(0, width), (y: Tensor) => y.clip(0, height)];
  return concat([across(left), down(top), across(right), down(bottom)], 2);
}

/** The smallest upright boxes around what becomes of boxes by a map of pixels. */
export function mapBoxes(boxes: Tensor, forward: Matrix, height: number, width: number): Tensor {
  const [left, top, right, bottom] = edgesOf(boxes);
  // Edges lie half a pixel before and after the centres, which the map is about.
  const x = concat([left, right, left, right], 2).sub(0.5);
  const y = concat([top, top, bottom, bottom], 2).sub(0.5);
  const corners = mapPoints(forward, x, y, x.shape);
  const ends = (at: Tensor): [Tensor, Tensor] => [
    at.min(2, { keepDims: true }).add(0.5),
    at.max(2, { keepDims: true }).add(0.5),
  ];
  const [[low, high], [upper, lower]] = [ends(corners.x), ends(corners.y)];
  return boxesOf([low, upper, high, lower], height, width);
}
