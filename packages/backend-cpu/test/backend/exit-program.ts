// Computes with two threads, then leaves them in the state that the argument names.
import { cpu } from '@nablajs/backend-cpu';
import { compile, setBackend, type Tensor, zeros } from '@nablajs/tensor';
import { sharing } from '../../src/threads/sharing.ts';

Object.assign(sharing, { least: 0, startAfter: 0 });
const backend = await cpu({ threads: 2 });
setBackend(backend);
const x = await zeros([256, 256]).realize();
const product = compile((x: Tensor) => x.matmul(x).tanh());
for (let i = 0; i < 20; i++) {
  (await product(x))[Symbol.dispose]();
  // Workers read their messages in between.
  await new Promise((resolve) => setTimeout(resolve, 1));
}
console.log('shared');
const how = process.argv[2];
if (how === 'disposed') await backend.dispose();
if (how === 'left while it computes') void product(x);
