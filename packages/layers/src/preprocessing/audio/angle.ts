import type { Tensor } from '@nablajs/tensor';

/** Below this squared length a vector has no direction that could be told. */
const SMALLEST = 1e-30;

/** The angle of `(x, y)` from the x axis, from -pi to pi, element by element, within rounding of float32. */
export function angleOf(y: Tensor, x: Tensor): Tensor {
  const length = x.square().add(y.square()).maximum(SMALLEST).sqrt();
  // Of half the angle to the nearer end of the x axis, then of halves of it: small enough for four terms of the series.
  let tangent = y.div(length.add(x.abs()));
  for (let i = 0; i < 3; i++) tangent = tangent.div(tangent.square().add(1).sqrt().add(1));
  const square = tangent.square();
  const series = square
    .mul(-1 / 7)
    .add(1 / 5)
    .mul(square)
    .sub(1 / 3)
    .mul(square)
    .add(1)
    .mul(tangent);
  const near = series.mul(16);
  const turned = y.less(0).where(-Math.PI, Math.PI);
  return x.less(0).where(turned.sub(near), near);
}
