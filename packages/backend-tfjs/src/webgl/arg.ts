// The place of the largest or smallest element along an axis: the first one wins, and NaN before all.
import { sizeOf } from '@nablajs/tensor';
import { attr, type Call, type Lowering } from '../lower/lowering.ts';
import { elementShader } from './program.ts';

/** `wins` compares an element with the best so far. */
export function argExtreme(wins: '>' | '<'): Lowering {
  return (machine, inputs, call) =>
    machine.device!.run(machine, call, 'arg', () => elementShader(search(call, wins)), inputs, [call.spec])[0]!;
}

function search(call: Call, wins: '>' | '<'): string {
  const { shape } = call.operands[0]!;
  const axis = attr<number>(call, 'axis');
  const inner = sizeOf(shape.slice(axis + 1));
  const size = shape[axis]!;
  return `
  int start = (i / ${inner}) * ${size * inner} + imod(i, ${inner});
  float best = read0(start);
  result = 0.0;
  for (int k = 1; k < ${size}; k++) {
    float x = read0(start + k * ${inner});
    if (!nablaNaN(best) && (x ${wins} best || nablaNaN(x))) {
      best = x;
      result = float(k);
    }
  }`;
}
