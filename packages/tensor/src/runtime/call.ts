// The arguments of one call of a compiled function: its tensors, and the signature that decides whether it was traced.
import { debugState } from '../debug.ts';
import type { Tensor } from '../tensor.ts';
import { isRecord, isTensor, mapTree } from '../tree.ts';

/** A value outside the arguments that a trace depends on. */
export type GuardValue = number | string | boolean;

/** The tensors of a call in order, and a key equal exactly for calls that share a trace. */
export interface Call {
  readonly tensors: readonly Tensor[];
  readonly key: string;
}

/** Reads a call's arguments once. */
export function callOf(args: readonly unknown[], guard: readonly GuardValue[]): Call {
  const tensors: Tensor[] = [];
  let key = debugState.checkNumerics ? 'numerics' : '';
  const visit = (value: unknown): void => {
    if (isTensor(value)) {
      tensors.push(value);
      const { dtype, shape } = value.node.spec;
      key += `${dtype}[${shape}]`;
    } else if (Array.isArray(value)) {
      key += '(';
      for (const item of value) visit(item);
      key += ')';
    } else if (isRecord(value)) {
      key += '{';
      for (const name of Object.keys(value)) {
        key += `${JSON.stringify(name)}:`;
        visit(value[name]);
      }
      key += '}';
    } else {
      key += `<${describeStatic(value)}>`;
    }
  };
  for (const value of args) visit(value);
  for (const value of guard) key += `|${describeStatic(value)}`;
  return { tensors, key };
}

/** One line per argument, guard and switch, for telling what changed. */
export function describeCall(args: readonly unknown[], guard: readonly GuardValue[]): Map<string, string> {
  const lines = new Map<string, string>();
  mapTree(args, (leaf, path) => {
    lines.set(`argument ${path}`, isTensor(leaf) ? `${leaf.dtype}[${leaf.shape.join(', ')}]` : describeStatic(leaf));
    return leaf;
  });
  guard.forEach((value, i) => {
    lines.set(`guard ${i}`, describeStatic(value));
  });
  lines.set('checkNumerics', String(debugState.checkNumerics));
  return lines;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function describeStatic(value: unknown): string {
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) {
    return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`;
  }
  let identity = identities.get(value);
  if (identity === undefined) {
    identity = nextIdentity++;
    identities.set(value, identity);
  }
  return `${typeof value} #${identity}`;
}
