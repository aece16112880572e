import type { Tensor, Variable } from '@nablajs/tensor';

/**
 * Changes variables, or not: runs `change` and then puts every variable it assigned back where it was unless `condition`
 * holds. Both outcomes are part of the graph, so the condition is never read.
 * @param condition a bool scalar
 */
export function changeIf(condition: Tensor, variables: readonly Variable[], change: () => void): void {
  const before = variables.map(({ value }) => value);
  change();
  for (const [i, variable] of variables.entries()) {
    const after = variable.value;
    if (after.node !== before[i]!.node) variable.assign(condition.where(after, before[i]!));
  }
}
