import { FormatError } from '@nablajs/tensor';

/** Somewhere in a browser where models are kept by name. */
export interface Place {
  /** Keeps bytes under a name in place of what had it: whole, or, when it fails, not at all. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  read(name: string): Promise<Uint8Array | undefined>;
  names(): Promise<string[]>;
  /** Forgets a name; one that is not there is no error. */
  remove(name: string): Promise<void>;
}

/** What a refusal of the browser means for the user. */
export function refusal(cause: unknown): FormatError {
  const { name, message } = (cause ?? {}) as { readonly name?: string; readonly message?: string };
  return new FormatError(
    name === 'QuotaExceededError'
      ? 'the browser has no room left for this model. Delete others with deleteModel, or use downloadModel.'
      : `the browser's storage refused: ${message ?? 'the transaction was aborted'}. Private windows may forbid storing.`,
    { cause },
  );
}
