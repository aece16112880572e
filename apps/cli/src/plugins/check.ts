// Whether a value that came from somewhere is a plugin, and one of this copy of Nabla.
import {
  Constraint,
  Initializer,
  Layer,
  Loss,
  MetricBase,
  NamedActivation,
  Optimizer,
  type Plugin,
  Regularizer,
  Schedule,
} from 'nablajs';

type Base = abstract new (...args: never[]) => object;

/** What each kind of class must extend. */
const BASES = {
  layers: [Layer],
  pieces: [NamedActivation, Initializer, Regularizer, Constraint],
  optimizers: [Optimizer],
  schedules: [Schedule],
  losses: [Loss],
  metrics: [MetricBase],
} as const satisfies Record<string, readonly Base[]>;

/** Why a value is no plugin, or `null` for one. */
export function pluginProblem(value: object & { readonly name: string }): string | null {
  const plugin = value as Readonly<Record<string, unknown>>;
  for (const [kind, bases] of Object.entries(BASES)) {
    const found = listProblem(kind, plugin[kind], bases);
    if (found !== null) return found;
  }
  const { ops, backends } = plugin;
  if (ops !== undefined && !(Array.isArray(ops) && ops.every(isOp))) return 'ops must be a list of ops, from defineOp.';
  if (backends !== undefined && !isStarters(backends)) {
    return 'backends must be an object of functions that start them: { acme: () => acme() }.';
  }
  return null;
}

function listProblem(kind: string, given: unknown, bases: readonly Base[]): string | null {
  if (given === undefined) return null;
  if (!Array.isArray(given)) return `${kind} must be a list of classes.`;
  const names = bases.map(({ name }) => name).join(', ');
  for (const [i, Class] of (given as readonly unknown[]).entries()) {
    if (typeof Class !== 'function' || typeof (Class as { type?: unknown }).type !== 'string') {
      return `${kind}[${i}] is no class with a static type, such as 'acme/Name'.`;
    }
    if (bases.some((base) => Class.prototype instanceof base)) continue;
    return (
      `${(Class as unknown as { type: string }).type}, one of its ${kind}, does not extend the ${names} of this command. ` +
      'Install the plugin where the command is (npm install @nablajs/cli, then the plugin), with nablajs as a peer ' +
      'dependency of it: two copies of Nabla do not share classes.'
    );
  }
  return null;
}

function isOp(value: unknown): boolean {
  return typeof (value as { definition?: { name?: unknown } } | null)?.definition?.name === 'string';
}

function isStarters(value: unknown): value is NonNullable<Plugin['backends']> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((start) => typeof start === 'function');
}
