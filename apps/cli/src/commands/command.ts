import type { Options } from '../arguments/options.ts';
import type { Io } from '../io.ts';

/** What a command does with the words and options it was given; the number of words is right already. */
export type Command = (words: readonly string[], options: Options, io: Io) => Promise<void>;
