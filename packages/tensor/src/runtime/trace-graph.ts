// What a function computes, as a graph, and the values that it takes from outside of its arguments: for files.
import type { Backend, Capabilities } from '../backend/contract.ts';
import { zeros } from '../creation.ts';
import { TraceError, UnsupportedOpError } from '../errors.ts';
import type { Constant, Graph } from '../graph/graph.ts';
import type { Spec } from '../spec.ts';
import { Tensor } from '../tensor.ts';
import { currentTrace } from '../trace.ts';
import type { Variable } from '../variable.ts';
import { traceProgram } from './program.ts';

/** A variable that the function read, or a tensor that it found outside. */
export interface TracedWeight {
  readonly name: string;
  readonly trainable: boolean;
  /** `null` for a tensor from outside. */
  readonly variable: Variable | null;
  readonly value: Constant;
}

/** A function of tensors as a graph: its first inputs are the arguments, the others are the weights in their order. */
export interface Traced {
  readonly graph: Graph;
  readonly weights: readonly TracedWeight[];
}

/** An input of a step beside its arguments. */
export type TracedInput =
  /** `output`: which output of the graph is its new value; `null` when it is only read. */
  | { readonly kind: 'variable'; readonly variable: Variable; readonly output: number | null }
  /** The random key of the run, int32[2]. */
  | { readonly kind: 'key' }
  /** A tensor that was found outside. */
  | { readonly kind: 'captured'; readonly tensor: Tensor };

/** A function that changes variables, as a graph: its first inputs are the arguments, its first outputs the results. */
export interface TracedStep {
  readonly graph: Graph;
  /** The inputs after the arguments. Those of variables that it changes are donated. */
  readonly inputs: readonly TracedInput[];
}

/** What a function is traced for. */
export interface TraceTarget {
  /** Who asks, for messages: `exportOnnx`. */
  readonly name: string;
  /** Ops outside of it are decomposed. */
  readonly capabilities: Capabilities;
}

/**
 * Traces `f` for arguments of these specs, decomposed to what the target can do. Computes nothing but the weights' values.
 * @throws UnsupportedOpError when it draws random numbers, or keeps states
 */
export async function traceGraph(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Spec[],
  target: TraceTarget,
): Promise<Traced> {
  const { graph, inputs: found } = traceStep(f, inputs, target);
  const weights = await Promise.all(found.map((input) => weightOf(input, target.name)));
  let constants = 0;
  return {
    graph,
    weights: weights.map((weight) => ({ ...weight, name: weight.name ?? `constant_${constants++}` })),
  };
}

async function weightOf(
  input: TracedInput,
  caller: string,
): Promise<Omit<TracedWeight, 'name'> & { readonly name: string | null }> {
  if (input.kind === 'key') {
    throw new UnsupportedOpError(`${caller}: the model draws random numbers in inference, which a file cannot hold.`);
  }
  if (input.kind === 'captured')
    return { name: null, trainable: false, variable: null, value: await constantOf(input.tensor) };
  const { variable, output } = input;
  if (output === null) {
    const { name, trainable } = variable;
    return { name, trainable, variable, value: await constantOf(variable.value) };
  }
  throw new UnsupportedOpError(
    `${caller}: the model changes '${variable.name}' whenever it is used, which a file cannot hold. ` +
      'Make its recurrent layers with stateful: false; returnState: true gives their states as outputs.',
  );
}

/** A name for each weight, as it is called where nothing else is: files know values by name. */
export function weightNames({ weights }: Pick<Traced, 'weights'>, taken: readonly string[] = []): string[] {
  const names = new Set(taken);
  return weights.map(({ name }) => {
    let unique = name;
    for (let i = 1; names.has(unique); i++) unique = `${name}_${i}`;
    names.add(unique);
    return unique;
  });
}

async function constantOf(tensor: Tensor): Promise<Constant> {
  return { spec: tensor.spec, data: await tensor.data() };
}

/**
 * Traces a function that may change variables and draw random numbers, such as a step of training, decomposed to what the
 * target can do. Computes nothing. The graph's outputs are the function's results, then the new values of variables.
 * @throws TraceError inside of another trace
 */
export function traceStep(
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Spec[],
  { name, capabilities }: TraceTarget,
): TracedStep {
  const outer = currentTrace();
  if (outer !== null)
    throw new TraceError(`${name}: called inside the compiled function '${outer.name}'. Call it outside.`);
  const arguments_ = inputs.map(({ shape, dtype }) => zeros(shape, dtype));
  const program = traceProgram(name, f, [arguments_], { backend: recorder(name, capabilities) });
  const rest = program.inputs.slice(inputs.length);
  return {
    graph: program.graph,
    inputs: rest.flatMap((input): TracedInput[] => {
      if (input.kind === 'variable') return [{ kind: 'variable', variable: input.variable, output: input.output }];
      if (input.kind === 'captured') return [{ kind: 'captured', tensor: new Tensor(input.node) }];
      return input.kind === 'key' ? [{ kind: 'key' }] : [];
    }),
  };
}

/** Stands for the backend that will run a graph. */
function recorder(name: string, capabilities: Capabilities): Backend {
  const refuse = (): never => {
    throw new Error(`${name}: the recorder computes nothing`);
  };
  return {
    name,
    capabilities,
    upload: refuse,
    download: refuse,
    free: refuse,
    compile: refuse,
    memory: refuse,
    dispose: refuse,
  };
}
