// Points that follow their images: right and down in pixels from the top left corner.
import { concat, type Tensor } from '@nablajs/tensor';
import { type Matrix, mapPoints } from '../geometry/matrix.ts';

/** The two coordinates, each `[batch, points, 1]`. */
export function coordinatesOf(points: Tensor): readonly [x: Tensor, y: Tensor] {
  const [batch, count] = points.shape as [number, number];
  const coordinate = (at: number): Tensor => points.slice([0, 0, at], [batch, count, 1]);
  return [coordinate(0), coordinate(1)];
}

/** What becomes of points by a map of pixels. */
export function mapKeyPoints(points: Tensor, forward: Matrix): Tensor {
  const [x, y] = coordinatesOf(points);
  // The map is about the middles of pixels.
  const moved = mapPoints(forward, x.sub(0.5), y.sub(0.5), x.shape);
  return concat([moved.x, moved.y], 2).add(0.5);
}
