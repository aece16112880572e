import {
  ConfigError,
  einsum,
  formatSpec,
  type Shape,
  ShapeError,
  type Spec,
  type Tensor,
  type Variable,
} from '@nablajs/tensor';
import { type ActivationFunction, type ActivationLike, activation, activationFrom } from '../activations/from.ts';
import { Layer } from '../base/layer.ts';
import {
  type Complete,
  type Field,
  type LayerOptions,
  optional,
  positional,
  readLayerOptions,
  text,
} from '../base/options.ts';
import type { WeightMaker } from '../base/weights.ts';
import { penalized } from '../regularizers/activity.ts';
import { regularizer } from '../regularizers/from.ts';
import type { RegularizerLike } from '../regularizers/regularizer.ts';
import { BIAS, type BiasOptions, KERNEL, type KernelOptions, weightOptions } from '../weights/options.ts';

/** Options of {@link EinsumDense}. */
export interface EinsumDenseOptions extends LayerOptions, KernelOptions, Omit<BiasOptions, 'useBias'> {
  /** Default `'linear'`. */
  readonly activation?: ActivationLike;
  /** A penalty on the output, per sample. Default none. */
  readonly activityRegularizer?: RegularizerLike | null;
  /** The axes of the output that the bias has, by letter. Default `null`: no bias. */
  readonly biasAxes?: string | null;
}

/** The arguments that may also be positional. */
export interface EinsumDenseMain {
  /** Input and kernel to output: `'ab,bc->ac'`, `'...ab,bc->...ac'`, `'ab...,bc->ac...'`. */
  readonly equation: string;
  /**
   * Sizes of the output's lettered axes, without the batch (the first letter, unless dots come first). `null` for one that
   * the input tells.
   */
  readonly outputShape: number | readonly (number | null)[];
}

type Config = Complete<EinsumDenseOptions & EinsumDenseMain>;

const OUTPUT: Field<readonly (number | null)[]> = {
  must: 'a whole number of at least 1, or a list of such and null',
  fallback: undefined,
  read: (value) => {
    const list = Array.isArray(value) ? value : [value];
    const fits = (size: unknown): boolean => size === null || (Number.isInteger(size) && (size as number) >= 1);
    return list.every(fits) ? list : undefined;
  },
};

const { useBias: _, ...BIAS_FIELDS } = BIAS;
const FIELDS = {
  equation: { ...text(''), fallback: undefined },
  outputShape: OUTPUT,
  activation: activation(),
  activityRegularizer: regularizer,
  biasAxes: optional(text('')),
  ...KERNEL,
  ...BIAS_FIELDS,
};

/**
 * A dense layer whose product is a formula: `activation(einsum(equation, x, kernel) + bias)`. The kernel has the axes of
 * its letters, sized by input and `outputShape`; the bias those of `biasAxes`. Weights: kernel, bias.
 * @throws ConfigError for a formula that cannot be read, ShapeError for inputs that do not fit it
 * @example new EinsumDense('...x,xy->...y', 64, { biasAxes: 'y' }) // a Dense layer
 */
export class EinsumDense extends Layer<Config> {
  static override readonly type: string = 'EinsumDense';
  static override readonly supportsMasking: boolean = true;
  readonly #activation: ActivationFunction;
  #kernel!: Variable;
  #bias: Variable | null = null;

  constructor(
    equation: string | (EinsumDenseOptions & EinsumDenseMain),
    outputShape?: EinsumDenseMain['outputShape'],
    options: EinsumDenseOptions = {},
  ) {
    super(
      readLayerOptions('EinsumDense', FIELDS, positional({ equation, outputShape }, options)) as Config & LayerOptions,
    );
    this.#activation = activationFrom(this.given.activation);
    partsOf(this.config.equation);
  }

  protected override build(make: WeightMaker, input: Spec): void {
    const { kernel, bias } = this.#shapes(input);
    this.#kernel = make.weight('kernel', kernel, weightOptions(this.given, 'kernel'));
    if (bias) this.#bias = make.weight('bias', bias, weightOptions(this.given, 'bias'));
  }

  protected override call(x: Tensor): Tensor {
    const y = einsum(this.config.equation, x, this.#kernel.value);
    return penalized(this.#activation(this.#bias ? y.add(this.#bias.value) : y), this.given.activityRegularizer);
  }

  #shapes(input: Spec): { kernel: Shape; bias: Shape | null } {
    const { equation, biasAxes } = this.config;
    const parts = partsOf(equation);
    const known = new Map(sizesOf(equation, parts.input, input));
    const sizes = this.#outputSizes(parts.output, known);
    const kernel = [...parts.kernel].map((letter) => {
      const size = known.get(letter) ?? sizes.get(letter);
      if (size !== undefined) return size;
      throw new ConfigError(
        `'${letter}' of the kernel in '${equation}' is an axis of neither input nor output. Remove it.`,
      );
    });
    if (biasAxes === null) return { kernel, bias: null };
    const letters = parts.output.replace('...', '');
    const stray = [...biasAxes].find((letter) => !letters.includes(letter));
    if (stray !== undefined || biasAxes === '') {
      throw new ConfigError(`biasAxes '${biasAxes}' must be letters of the output '${parts.output}' of '${equation}'.`);
    }
    // From its first axis on; axes that dots stand for at the end have no bias of their own.
    const first = Math.min(...[...biasAxes].map((letter) => letters.indexOf(letter)));
    const own = [...letters.slice(first)].map((letter) => (biasAxes.includes(letter) ? sizes.get(letter)! : 1));
    const dots = parts.output.endsWith('...') ? input.shape.length - parts.input.replace('...', '').length : 0;
    return { kernel, bias: [...own, ...new Array<number>(dots).fill(1)] };
  }

  /** Sizes of the output's letters, from the option or the input, which must agree. */
  #outputSizes(output: string, known: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
    const { equation } = this.config;
    const outputShape = this.config.outputShape as readonly (number | null)[];
    const letters = [...output.replace('...', '')];
    const asked = output.startsWith('...') ? letters : letters.slice(1);
    if (asked.length !== outputShape.length) {
      throw new ConfigError(
        `outputShape has ${outputShape.length} entries for the axes ${asked.join(', ') || '(none)'} of '${equation}'. Give one per axis, null for sizes that the input tells; the batch and dots have none.`,
      );
    }
    return new Map(
      letters.map((letter) => {
        const size = outputShape[asked.indexOf(letter)] ?? known.get(letter);
        if (size === undefined) throw new ConfigError(`outputShape must say the size of '${letter}' in '${equation}'.`);
        if (known.has(letter) && known.get(letter) !== size) {
          throw new ShapeError(
            `axis '${letter}' of '${equation}' has size ${known.get(letter)} in the input, ${size} in outputShape.`,
          );
        }
        return [letter, size];
      }),
    );
  }
}

interface Parts {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
}

function partsOf(equation: string): Parts {
  const found =
    /^([a-zA-Z]+|\.\.\.[a-zA-Z]+|[a-zA-Z]+\.\.\.),([a-zA-Z]+)->([a-zA-Z]+|\.\.\.[a-zA-Z]+|[a-zA-Z]+\.\.\.)$/.exec(
      equation,
    );
  const [, input = '', kernel = '', output = ''] = found ?? [];
  const alike =
    input.startsWith('...') === output.startsWith('...') && input.endsWith('...') === output.endsWith('...');
  if (found && alike) return { input, kernel, output };
  throw new ConfigError(
    `EinsumDense: cannot read equation '${equation}'. Write it like 'ab,bc->ac', '...ab,bc->...ac' or 'ab...,bc->ac...'.`,
  );
}

/** The sizes of an input's letters. */
function sizesOf(equation: string, letters: string, input: Spec): [letter: string, size: number][] {
  const named = letters.replace('...', '');
  const dots = input.shape.length - named.length;
  if (dots < 0 || (dots > 0 && named === letters)) {
    throw new ShapeError(
      `'${letters}' in '${equation}' does not fit the axes of the input ${formatSpec(input)}. Use one letter per axis, or '...' for some of them.`,
    );
  }
  const shift = letters.startsWith('...') ? dots : 0;
  return [...named].map((letter, i) => [letter, input.shape[i + shift]!]);
}
