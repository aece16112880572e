// Random bits: integers of 32 bits multiply exactly on the host, and not on every engine.
import { type Key, randomWords, sizeOf } from '@nablajs/tensor';
import type { Machine } from '../engine/machine.ts';
import { attr, type Call, type Lowering } from './lowering.ts';

/** Philox on the host, uploaded. */
export const randomBits: Lowering = (machine, [key], call) => {
  const words = machine.read(key!);
  return words instanceof Promise ? words.then((read) => draw(machine, read, call)) : draw(machine, words, call);
};

function draw(machine: Machine, key: ArrayLike<number>, call: Call): ReturnType<Machine['write']> {
  const words = randomWords([key[0]!, key[1]!] as Key, attr<number>(call, 'offset'), sizeOf(call.spec.shape));
  return machine.write(
    Int32Array.from(words, (word) => word >>> 8),
    call.spec,
  );
}
