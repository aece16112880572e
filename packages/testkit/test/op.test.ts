// The kit as the author of a plugin uses it: a composite op, a primitive, and one made of the other.
import { reference } from '@nablajs/backend-reference';
import { defineOp, type Op } from '@nablajs/tensor';
import { describeOp } from '@nablajs/testkit';

type NoAttrs = Record<never, never>;

const softsignOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'acme/softsign',
  elementwise: true,
  infer: ([x]) => x!,
  decompose: ([x]) => x!.div(x!.abs().add(1)),
  samples: [
    { inputs: [{ shape: [3, 5], range: [0.1, 2] }], attrs: {} },
    { inputs: [[0]], attrs: {} },
  ],
});

const cubeOp: Op<NoAttrs> = defineOp<NoAttrs>({
  name: 'acme/cube',
  elementwise: true,
  infer: ([x]) => x!,
  vjp: ({ dy, inputs: [x] }) => [dy.mul(x!.square()).mul(3)],
  reference: ({ inputs: [x] }) => x!.map((value: number) => value ** 3) as typeof x & object,
  samples: [{ inputs: [[4]], attrs: {} }],
});

const powersOp: Op<{ readonly times: number }> = defineOp<{ readonly times: number }>({
  name: 'acme/powers',
  infer: ([x]) => x!,
  decompose: ([x], { times }) => {
    let y = x!;
    for (let i = 0; i < times; i++) y = cubeOp([y], {}).add(x!);
    return y;
  },
  samples: [{ inputs: [{ shape: [2, 3], range: [-1, 1] }], attrs: { times: 2 } }],
});

describeOp(softsignOp, { 'a second reference': () => reference() });
describeOp(cubeOp);
describeOp(powersOp, {}, { ops: [cubeOp] });
