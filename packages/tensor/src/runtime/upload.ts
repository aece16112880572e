// Host values to a backend: the one place where they enter.
import type { Backend, Buffer } from '../backend/contract.ts';
import { DTypeError } from '../errors.ts';
import { formatSpec, type HostArray, type Spec } from '../spec.ts';

/**
 * Copies host values to a backend.
 * @throws DTypeError when it has no elements of that kind
 */
export function uploadTo(backend: Backend, data: HostArray, spec: Spec): Buffer {
  const { dtypes } = backend.capabilities;
  if (dtypes.has(spec.dtype)) return backend.upload(data, spec);
  throw new DTypeError(
    `a ${formatSpec(spec)} cannot be on backend '${backend.name}', which has ${[...dtypes].join(', ')}. ` +
      'Make the tensor with another dtype, or use a backend that has this one: `reference()` has all.',
  );
}
