import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FormatError } from '@nablajs/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchBytes } from '../../src/web.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const status = Number(request.url!.slice(1));
    if (status !== 200) {
      response.writeHead(status).end('<h1>sorry</h1>');
      return;
    }
    // Promises more than it sends.
    response.writeHead(200, { 'content-length': '100' });
    response.write('only this', () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

test.each([
  [404, 'There is nothing at that address: check it.'],
  [403, 'It lets only some read'],
  [503, 'try again later'],
  [418, 'the server answered 418.'],
])('an answer %d says what to do', async (status, advice) => {
  const fetching = fetchBytes(`${url}/${status}`);
  await expect(fetching).rejects.toBeInstanceOf(FormatError);
  await expect(fetching).rejects.toThrow(`cannot read ${url}/${status}: the server answered ${status}`);
  await expect(fetching).rejects.toThrow(advice);
});

test.each([[{}], [{ onProgress: (): void => undefined }]])(
  'bytes that stop coming are an error with the address',
  async (options) => {
    const fetching = fetchBytes(`${url}/200`, options);
    await expect(fetching).rejects.toBeInstanceOf(FormatError);
    await expect(fetching).rejects.toThrow(/cannot read .*\/200: .*Fetch it again/);
  },
);

test('a server that is not there is an error, a fetch that was ended rejects with its reason', async () => {
  await expect(fetchBytes('http://127.0.0.1:1/x')).rejects.toThrow(/cannot read .*Check the address and the network/);
  const reason = new Error('enough');
  await expect(fetchBytes(`${url}/200`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('an error of the caller stays what it is', async () => {
  const onProgress = (): void => {
    throw new RangeError('mine');
  };
  await expect(fetchBytes(`${url}/200`, { onProgress })).rejects.toThrow(RangeError);
});
