import { BackendUnavailableError } from '@nablajs/tensor';

/** A part that is not there or does not fit: what was found, and what to do about it. */
export class MissingPart extends BackendUnavailableError {
  /** What is wrong, in whole sentences. */
  readonly problem: string;
  /** The way out, in whole sentences. */
  readonly fix: string;

  constructor(problem: string, fix: string, cause?: unknown) {
    super(`onnxruntime: ${problem}${problem.endsWith('\n') ? '' : ' '}${fix}`, { cause });
    this.problem = problem.trimEnd();
    this.fix = fix;
  }
}
