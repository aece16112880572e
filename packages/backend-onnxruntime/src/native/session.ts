// One model in one session.
import type { OrtApi, Pointer } from './api.ts';
import { type Binding, Bindings } from './bindings.ts';

/** How sessions are made. */
export interface SessionOptions {
  readonly threads: number;
  /** Whether idle threads spin for their next work; faster, at the price of a busy core. */
  readonly spinning: boolean;
  /** Where each session writes its profile when it is closed: the beginning of the file's path. */
  readonly profile?: string | undefined;
  /** Adds execution providers to the options. */
  readonly providers?: (options: bigint) => void;
}

/** A model ready to run. */
export interface Session {
  /** The OrtSession. */
  readonly handle: bigint;
  /** Runs the model on bound tensors: OrtValues by input name and output name. */
  run(inputs: readonly Binding[], outputs: readonly Binding[]): void;
  /** {@link run} on another thread. */
  runLater(inputs: readonly Binding[], outputs: readonly Binding[]): Promise<void>;
  /** Closes the session, once the runs under way have ended. */
  dispose(): void;
}

// What fails comes back as an error, and need not be printed as well.
const FATAL = 4;
// Constant folding and the like. More takes longer to open and gains nothing measurable: sums, orders of axes and repeated
// nodes are settled before a model is written, and TransposeOptimizer would undo the orders.
const BASIC_OPTIMIZATIONS = 1;
const UNWANTED = 'TransposeOptimizer';

/** The session of a model. */
export function openSession(api: OrtApi, env: bigint, model: Uint8Array, options: SessionOptions): Session {
  const session = create(api, env, model, options);
  const bindings = new Bindings(api, session);
  let running = 0;
  let closed = false;
  const releaseIfUnused = (): void => {
    if (!closed || running > 0) return;
    bindings.dispose();
    api.release('ReleaseSession', session);
  };
  return {
    handle: session,
    run(inputs, outputs): void {
      const binding = bindings.take(inputs, outputs);
      try {
        api.check('RunWithBinding', session, null, binding.handle);
      } finally {
        bindings.giveBack(binding);
      }
    },
    async runLater(inputs, outputs): Promise<void> {
      const binding = bindings.take(inputs, outputs);
      running++;
      try {
        await api.checkLater('RunWithBinding', session, null, binding.handle);
      } finally {
        bindings.giveBack(binding);
        running--;
        releaseIfUnused();
      }
    },
    dispose(): void {
      if (closed) return;
      closed = true;
      releaseIfUnused();
    },
  };
}

function create(
  api: OrtApi,
  env: bigint,
  model: Uint8Array,
  { threads, spinning, profile, providers }: SessionOptions,
): bigint {
  let options: Pointer = null;
  try {
    options = api.make('CreateSessionOptions');
    api.check('SetSessionLogSeverityLevel', options, FATAL);
    api.check('SetSessionGraphOptimizationLevel', options, BASIC_OPTIMIZATIONS);
    api.check('AddSessionConfigEntry', options, 'optimization.disable_specified_optimizers', UNWANTED);
    api.check('SetIntraOpNumThreads', options, threads);
    api.check('AddSessionConfigEntry', options, 'session.intra_op.allow_spinning', spinning ? '1' : '0');
    if (profile !== undefined) api.check('EnableProfiling', options, profile);
    providers?.(options);
    return api.make('CreateSessionFromArray', env, model, model.length, options);
  } finally {
    api.release('ReleaseSessionOptions', options);
  }
}
