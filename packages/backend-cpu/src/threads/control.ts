// How threads agree on work: a few words of shared memory. A job is one call of a program cut into parts; whoever is free
// takes the next part, so that a thread which is late costs nothing.

/** Byte address of the words: in the first page, where no buffer lies. */
export const CONTROL_ADDRESS = 1024;

/** Positions of the words. */
export const CONTROL = {
  /** Number of the job, times {@link PART_LIMIT}, plus the parts nobody has taken yet. */
  claim: 0,
  /** Parts that are not finished. */
  left: 1,
  program: 2,
  step: 3,
  table: 4,
  arena: 5,
  /** Units of the job, and units per part. */
  extent: 6,
  size: 7,
  workspace: 8,
  workspaceBytes: 9,
  /** Messages sent to the workers so far: they leave their loop to read them. */
  mail: 10,
  /** Workers in their loop. */
  active: 11,
  /** Workers asleep in their loop. */
  asleep: 12,
  /** Parts that failed. */
  failed: 13,
} as const;

/** Words there are. */
export const CONTROL_WORDS = 16;

/** More parts than a job may have; what is left of 32 bits numbers the jobs. */
export const PART_LIMIT = 64;

/** Messages to a worker. */
export type Message =
  | { readonly kind: 'start'; readonly memory: WebAssembly.Memory; readonly thread: number }
  | { readonly kind: 'kernel'; readonly name: string; readonly module: WebAssembly.Module }
  | { readonly kind: 'program'; readonly id: number; readonly module: WebAssembly.Module }
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'wake' };
