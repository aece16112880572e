// Layers as a graph: which is applied to what, from a model's inputs to its outputs.
import { type AnyLayer, freeName, InputLayer, type LayerCall, type Mode, Placeholder } from '@nablajs/layers';
import { ConfigError, type Tensor } from '@nablajs/tensor';
import { asValue } from './structure.ts';

/** The layer calls that lead from inputs to outputs. */
export class LayerGraph {
  readonly inputs: readonly Placeholder[];
  readonly outputs: readonly Placeholder[];
  /** In an order in which they can be made. */
  readonly calls: readonly LayerCall[];
  /** Each once, in the order of their first calls. */
  readonly layers: readonly AnyLayer[];
  readonly inputNames: readonly string[];

  /** @throws ConfigError for what are no placeholders, and for outputs that need an input which is not among the inputs */
  constructor(inputs: readonly Placeholder[], outputs: readonly Placeholder[]) {
    this.inputs = checked('inputs', inputs);
    this.outputs = checked('outputs', outputs);
    const twice = inputs.find((input, i) => inputs.indexOf(input) !== i);
    if (twice) throw new ConfigError(`Model: input '${nameOf(twice)}' is given twice. Leave one out.`);
    this.calls = orderedCalls(inputs, outputs);
    this.layers = [...new Set(this.calls.map(({ layer }) => layer))];
    this.inputNames = namesOfInputs(inputs);
  }

  /** The layers' names, which outputs go by; a second output of the same layer is numbered. */
  get outputNames(): readonly string[] {
    const taken = new Set<string>();
    return this.outputs.map((output) => {
      const name = freeName(output.layer?.name ?? this.inputNames[this.inputs.indexOf(output)]!, taken);
      taken.add(name);
      return name;
    });
  }

  /** The outputs for inputs, as part of the graph of tensors. */
  run(inputs: readonly Tensor[], mode: Mode): readonly Tensor[] {
    const values = new Map<Placeholder, Tensor>(this.inputs.map((input, i) => [input, inputs[i]!]));
    for (const call of this.calls) {
      const given = call.inputs.map((input) => values.get(input)!);
      const result = call.layer.apply(asValue(given, call.takesList ? 'list' : 'one'), mode);
      for (const [i, output] of call.outputs.entries()) {
        values.set(output, call.returnsList ? (result as readonly Tensor[])[i]! : (result as Tensor));
      }
    }
    return this.outputs.map((output) => values.get(output)!);
  }
}

function checked(what: string, placeholders: readonly Placeholder[]): readonly Placeholder[] {
  if (placeholders.length === 0) throw new ConfigError(`Model: there are no ${what}. Give at least one.`);
  const stray = placeholders.find((each) => !(each instanceof Placeholder));
  if (stray === undefined) return placeholders;
  throw new ConfigError(
    `Model: ${what} must be placeholders, one, a list or a record: Input({ shape }), and what layers give for it: layer.apply(input).`,
  );
}

/** Post-order without recursion: a graph may be very deep. */
function orderedCalls(inputs: readonly Placeholder[], outputs: readonly Placeholder[]): LayerCall[] {
  const ends = new Set(inputs);
  const done = new Set<LayerCall>();
  const stack = [...outputs].reverse();
  while (stack.length > 0) {
    const value = stack.at(-1)!;
    const { call } = value;
    if (ends.has(value) || (call && done.has(call))) {
      stack.pop();
      continue;
    }
    if (!call) throw unreachable(value, inputs);
    const open = call.inputs.filter((input) => !ends.has(input) && !(input.call && done.has(input.call)));
    if (open.length > 0) stack.push(...open.reverse());
    else done.add(call);
  }
  return [...done];
}

function unreachable(value: Placeholder, inputs: readonly Placeholder[]): ConfigError {
  const name = nameOf(value);
  return new ConfigError(
    `Model: the outputs depend on input${name ? ` '${name}'` : ''} of shape [${value.spec.shape.slice(1).join(', ')}], ` +
      `which is not among the ${inputs.length === 1 ? 'one input' : `${inputs.length} inputs`} given. Add it to inputs.`,
  );
}

function namesOfInputs(inputs: readonly Placeholder[]): string[] {
  const given = inputs.map(nameOf);
  const twice = given.find((name, i) => name !== '' && given.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new ConfigError(`Model: two inputs are named '${twice}'. Give one another name: Input({ shape, name }).`);
  }
  const taken = new Set(given);
  return inputs.map((input, i) => {
    if (given[i] !== '') return given[i]!;
    const name = freeName('input', taken);
    taken.add(name);
    if (input instanceof InputLayer) input.name = name;
    return name;
  });
}

function nameOf(input: Placeholder): string {
  return input instanceof InputLayer ? input.name : '';
}
