import type { AnyOpDefinition } from '../../op.ts';

/** What an op gives, in plain TypeScript. */
export type Reference = NonNullable<AnyOpDefinition['reference']>;

/** By the names of ops. */
export type References = Readonly<Record<string, Reference>>;
