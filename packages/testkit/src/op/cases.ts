// From an op's samples to tests: values, gradients, decomposition, other dtypes, odd sizes, broadcasting.
import type { AnyOp } from '@nablajs/tensor';
import { samplesOf } from '@nablajs/tensor/samples';
import type { Case } from '../case.ts';
import { broadcasts, callOf, hasGradient, inDType, labelled, oddSizes } from './calls.ts';
import {
  compareDecomposition,
  compareDifferences,
  compareFloat16,
  compareFloat64,
  compareGradients,
  compareSecondDerivatives,
  compareValues,
} from './comparisons.ts';

/** All tests of one op. */
export function opCases(op: AnyOp): Case[] {
  const { name, decompose } = op.definition;
  const calls = labelled(samplesOf(op).map((sample) => callOf(op, sample)));
  return [
    ...calls.map((call) => ({ id: `${name}/values/${call.label}`, run: compareValues(call) })),
    ...calls.flatMap((call) =>
      hasGradient(call)
        ? [
            { id: `${name}/gradient/${call.label}`, run: compareGradients(call) },
            { id: `${name}/differences/${call.label}`, run: compareDifferences(call) },
            { id: `${name}/second-derivative/${call.label}`, run: compareSecondDerivatives(call) },
          ]
        : [],
    ),
    ...(decompose
      ? calls.map((call) => ({ id: `${name}/decomposition/${call.label}`, run: compareDecomposition(call) }))
      : []),
    ...inDType(calls, 'float64').map((call) => ({ id: `${name}/float64/${call.label}`, run: compareFloat64(call) })),
    ...inDType(calls, 'float16').map((call) => ({ id: `${name}/float16/${call.label}`, run: compareFloat16(call) })),
    ...oddSizes(op, calls).map((call) => ({ id: `${name}/ragged/${call.label}`, run: compareValues(call) })),
    ...broadcasts(op, calls).map((call) => ({ id: `${name}/broadcast/${call.label}`, run: compareValues(call) })),
  ];
}
