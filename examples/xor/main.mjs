// XOR: the smallest problem that a straight line cannot solve, and one hidden layer can.
import { Adam, Dense, Sequential, setSeed } from 'nablajs';

setSeed(4);
const x = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];
const y = [[0], [1], [1], [0]];

const model = new Sequential([new Dense(8, { activation: 'tanh' }), new Dense(1, { activation: 'sigmoid' })]);
model.compile({ optimizer: new Adam(0.05), loss: 'binaryCrossentropy' });
await model.fit(x, y, { epochs: 300, batchSize: 4, verbose: 0 });

/** What the network says for each of the four inputs: close to 0, 1, 1, 0. */
export const predictions = (await (await model.predict(x)).array()).map(([p]) => p);
console.log(x.map((input, i) => `${input.join(' xor ')} = ${predictions[i].toFixed(3)}`).join('\n'));
