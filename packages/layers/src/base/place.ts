// Where errors and nodes come from: the layer that was being applied.
import { inScope, NablaError, scopePath, zeros } from '@nablajs/tensor';

/** Runs `f` so that ops and errors inside carry a layer's label, `"dense_1" (Dense)`. */
export function inPlace<T>(label: string, f: () => T): T {
  return inScope(label, () => {
    try {
      return f();
    } catch (error) {
      throw placed(error);
    }
  });
}

/** An error of the layer itself gets the place that errors of ops have already. */
function placed(error: unknown): unknown {
  if (!(error instanceof NablaError) || error.path !== undefined) return error;
  const Kind = error.constructor as new (detail: string, place: object) => NablaError;
  // A node knows the user's line that made it.
  const site = error.site ?? zeros([]).node.site;
  return new Kind(error.detail, { op: error.op, path: scopePath(), site, cause: error.cause });
}
