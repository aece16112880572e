/** Of the whole testkit, what reaches every kind of code: for modes beside the one that runs it all. */
export const REPRESENTATIVE: readonly string[] = [
  ...['contract/*', 'programs/*', 'runtime/*'],
  ...['matmul/values/*', 'matmul/gradient/*', 'conv/values/*', 'conv/gradient/*'],
  ...['maxPool/gradient/*', 'avgPool/gradient/*', 'resize/values/*'],
  ...[
    'softmax/values/*',
    'logSoftmax/gradient/*',
    'exp/ragged/*',
    'tanh/values/*',
    'add/broadcast/*',
    'where/values/*',
  ],
  ...['sum/*', 'max/values/*', 'cumsum/values/*', 'argsort/values/*', 'argMax/values/*'],
  ...['gather/values/*', 'scatterAdd/values/*', 'concat/values/*', 'transpose/values/*', 'randomBits/values/*'],
];
