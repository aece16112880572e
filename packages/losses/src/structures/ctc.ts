// Sequences without alignment: the chance of a text is the sum over all ways to spell it in time. Alpha recursion of the
// paper, in logarithms, one time step after the other; gradients come from the recursion itself.
import {
  arange,
  ConfigError,
  formatSpec,
  full,
  type HostArray,
  matmul,
  oneHot,
  ShapeError,
  type Spec,
  type Tensor,
} from '@nablajs/tensor';
import { mismatch } from '../base/align.ts';
import { requireFinite } from '../base/labels.ts';
import { logProbabilities } from '../base/logarithms.ts';
import { Loss, type LossConfig } from '../base/loss.ts';

/** Options of {@link ctc}. */
export interface CTCOptions {
  /** Predictions are scores before the softmax. Default `true`. */
  readonly fromLogits?: boolean;
  /** The class that stands for nothing; it fills up short labels too. Default 0. */
  readonly blankIndex?: number;
  /** How many steps of each prediction count, `[batch]`. Default: all. */
  readonly inputLengths?: Tensor;
}

/** As good as the logarithm of 0, without its NaNs. */
const NEVER = -1e30;

/**
 * Connectionist temporal classification: minus the logarithm of the chance that the predictions, with repetitions and
 * blanks left out, spell the label. Labels `[batch, symbols]`, class numbers with blanks at the end; predictions
 * `[batch, time, classes]` -> `[batch]`. Infinite where the time is too short for the label. The graph grows with the time.
 * Graves et al., 2006, doi:10.1145/1143844.1143891.
 * @throws ShapeError when the shapes do not go together
 */
export function ctc(truth: Tensor, prediction: Tensor, options: CTCOptions = {}): Tensor {
  return ctcOf('ctc', truth, prediction, options);
}

function ctcOf(name: string, truth: Tensor, prediction: Tensor, options: CTCOptions): Tensor {
  const { fromLogits = true, blankIndex = 0, inputLengths } = options;
  if (prediction.rank !== 3) {
    throw new ShapeError(
      `${name}: the prediction is ${formatSpec(prediction.spec)}, it must be [batch, time, classes].`,
    );
  }
  if (truth.rank !== 2 || truth.shape[0] !== prediction.shape[0]) {
    throw mismatch(name, truth, prediction, 'Labels must be [batch, symbols], filled up with the blank.');
  }
  const [batch = 0, time = 0, classes = 0] = prediction.shape;
  const { symbols, skips, ends, states } = spelling(truth.cast('int32'), blankIndex);
  const logs = logProbabilities(prediction, fromLogits);
  // [batch, time, states]: the logarithm of what each state says at each time; exact, as all other products are 0.
  const said = matmul(logs, oneHot(symbols, classes, logs.dtype), { transposeB: true });
  const at = (t: number): Tensor => said.slice([0, t, 0], [batch, 1, states]).reshape([batch, states]);
  // A path begins with the first blank or the first symbol.
  const first = stateNumbers(states).less(2);
  let alpha = time === 0 ? full([batch, states], NEVER, logs.dtype) : first.where(at(0), NEVER);
  for (let t = 1; t < time; t++) {
    const next = sumOfLogs([alpha, later(alpha, 1), skips.where(later(alpha, 2), NEVER)]).add(at(t));
    alpha = inputLengths ? inputLengths.reshape([batch, 1]).greater(t).where(next, alpha) : next;
  }
  const chance = ends.where(alpha, NEVER).logSumExp(1);
  return chance.less(NEVER / 2).where(Number.POSITIVE_INFINITY, chance.neg());
}

/** What the states of a label are: blank, first symbol, blank, second symbol, ..., blank. */
function spelling(
  truth: Tensor,
  blank: number,
): { readonly symbols: Tensor; readonly skips: Tensor; readonly ends: Tensor; readonly states: number } {
  const [batch = 0, length = 0] = truth.shape;
  const states = 2 * length + 1;
  const isSymbol = truth.notEqual(blank).logicalAnd(truth.greaterEqual(0));
  const label = isSymbol.where(truth, blank);
  const symbols = label
    .expandDims(-1)
    .pad(
      [
        [0, 0],
        [0, 0],
        [1, 0],
      ],
      blank,
    )
    .reshape([batch, 2 * length])
    .pad(
      [
        [0, 0],
        [0, 1],
      ],
      blank,
    );
  // From one symbol to the next without a blank between them, unless they are the same.
  const before = symbols
    .pad(
      [
        [0, 0],
        [2, 0],
      ],
      blank,
    )
    .slice([0, 0], [batch, states]);
  const skips = symbols.notEqual(blank).logicalAnd(symbols.notEqual(before));
  const last = isSymbol.sum(1, { keepDims: true }).mul(2);
  const numbers = stateNumbers(states);
  const ends = numbers.equal(last).logicalOr(numbers.equal(last.sub(1)));
  return { symbols, skips, ends, states };
}

function stateNumbers(states: number): Tensor {
  return arange(0, states, 1, 'int32').reshape([1, states]);
}

/** Values `steps` states later; nothing comes into the first ones. */
function later(alpha: Tensor, steps: number): Tensor {
  const [batch = 0, states = 0] = alpha.shape;
  const kept = Math.max(0, states - steps);
  return alpha.slice([0, 0], [batch, kept]).pad(
    [
      [0, 0],
      [states - kept, 0],
    ],
    NEVER,
  );
}

function sumOfLogs(logs: readonly Tensor[]): Tensor {
  const top = logs.reduce((a, b) => a.maximum(b));
  const shares = logs.map((log) => log.sub(top).exp());
  return shares
    .reduce((a, b) => a.add(b))
    .log()
    .add(top);
}

/** Config of {@link CTC}. */
export interface CTCConfig extends LossConfig, Required<Omit<CTCOptions, 'inputLengths'>> {}

/** {@link ctc} as a loss: for speech and handwriting, where nobody says when each symbol is. */
export class CTC extends Loss<CTCConfig> {
  static override readonly type: string = 'CTC';
  static override readonly defaults: object = { fromLogits: true, blankIndex: 0 };

  call(truth: Tensor, prediction: Tensor): Tensor {
    return ctcOf(this.type, truth, prediction, this.config);
  }

  override checkLabels(labels: HostArray, truth: Spec, prediction: Spec): void {
    requireFinite(this.type, labels, truth);
    const [, time = 0, classes = 0] = prediction.shape;
    const length = truth.shape[1] ?? 0;
    for (let i = 0; i < labels.length; i++) {
      if (Number.isInteger(labels[i]) && labels[i]! < classes) continue;
      throw new ConfigError(
        `${this.type}: label ${labels[i]} at index [${Math.floor(i / length)}, ${i % length}] is no class. They are numbered 0 to ${classes - 1}; negative numbers are blanks.`,
      );
    }
    for (let row = 0; row * length < labels.length; row++) {
      const needed = stepsOf(labels.subarray(row * length, (row + 1) * length), this.config.blankIndex);
      if (needed <= time) continue;
      throw new ConfigError(
        `${this.type}: the label at index ${row} needs ${needed} time steps, one per symbol and one between equal neighbours; the prediction has ${time}. Predict more steps, or shorten the label.`,
      );
    }
  }
}

/** How many steps a label needs: equal neighbours need a blank between them. */
function stepsOf(label: HostArray, blank: number): number {
  const symbols = [...label].filter((symbol) => symbol !== blank && symbol >= 0);
  return symbols.length + symbols.filter((symbol, i) => i > 0 && symbol === symbols[i - 1]).length;
}
