import { gradients } from '@nablajs/autograd';
import { compile, conv2d, fromData, ones, randomNormal, relu, setBackend, type Tensor, variable, zeros } from '@nablajs/tensor';
import { cpu } from '../src/index.ts';
export async function run(): Promise<void> {
  setBackend(await cpu());
  const show = async (name: string, f: (...x: Tensor[]) => unknown, ...x: Tensor[]) => {
    const step = compile(f as never, { name }); await (step as any).prepare(...x); console.log(step.explain().split('\n').filter(l=>process.env.FULL||!l.startsWith('%')).join('\n')); };
  {
    const [k, g, b] = [variable(randomNormal([3,3,16,32])), variable(ones([32])), variable(zeros([32]))];
    await show('batchnorm', (x) => {
      const y = conv2d(x!, k.value, { padding: 'same' });
      const mean = y.mean([0,1,2], { keepDims: true });
      const v = y.sub(mean).square().mean([0,1,2], { keepDims: true });
      const z = relu(y.sub(mean).mul(v.add(1e-3).sqrt().reciprocal()).mul(g.value).add(b.value));
      const loss = z.square().mean();
      return [loss, ...gradients(loss, [k, g, b])];
    }, randomNormal([8,16,16,16]));
  }
  {
    const [wq, wo, g, b] = [variable(randomNormal([64,192])), variable(randomNormal([64,64])), variable(ones([64])), variable(zeros([64]))];
    await show('attention', (x) => {
      const mean = x!.mean(-1, { keepDims: true }); const c = x!.sub(mean); const v = c.square().mean(-1, { keepDims: true });
      const h = c.mul(v.add(1e-5).sqrt().reciprocal()).mul(g.value).add(b.value);
      const qkv = h.reshape([8*32,64]).matmul(wq.value).reshape([8,32,3,4,16]).transpose([2,0,3,1,4]);
      const [q,kk,vv] = [0,1,2].map(i => qkv.slice([i],[1]).reshape([8,4,32,16])) as [Tensor,Tensor,Tensor];
      const a = q.matmul(kk.transpose([0,1,3,2])).mul(0.25).softmax();
      const o = a.matmul(vv).transpose([0,2,1,3]).reshape([8*32,64]).matmul(wo.value).reshape([8,32,64]);
      const loss = o.add(x!).square().mean();
      return [loss, ...gradients(loss, [wq, wo, g, b])];
    }, randomNormal([8,32,64]));
  }
  {
    const [wx, wh, b] = [variable(randomNormal([10,64])), variable(randomNormal([16,64])), variable(zeros([64]))];
    await show('lstm', (x) => {
      let h = x!.slice([0,0,0],[4,1,1]).reshape([4,1]).mul(0).broadcastTo([4,16]) ; let c = h;
      for (let t=0;t<2;t++){ const z = x!.slice([0,t,0],[4,1,10]).reshape([4,10]).matmul(wx.value).add(h.matmul(wh.value)).add(b.value);
        const [i,f,g,o] = [0,1,2,3].map(n=>z.slice([0,16*n],[4,16])) as [Tensor,Tensor,Tensor,Tensor];
        c = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh())); h = o.sigmoid().mul(c.tanh()); }
      const loss = h.square().mean();
      return [loss, ...gradients(loss, [wx, wh, b])];
    }, randomNormal([4,2,10]));
  }
}
