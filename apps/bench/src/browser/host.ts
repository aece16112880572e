// A page of the bench in Chromium: bundled, served, and called from here.
import { createReadStream, existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright';
import { rolldown } from 'rolldown';

/** A page whose functions can be called. */
export interface Page {
  /** Calls a function of `page.ts` by name. */
  call<T>(name: string, ...args: unknown[]): Promise<T>;
  close(): Promise<void>;
}

/** Bundles the page and opens it. `root` is the folder of the workspace. */
export async function openPage(root: string): Promise<Page> {
  const { findChromium, CHROMIUM_FLAGS } = await chromiumOf(root);
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on the PATH. Install one, or name it in $CHROMIUM.');
  const bench = join(root, 'apps/bench');
  const output = join(bench, 'dist/browser');
  const bundle = await rolldown({
    input: join(bench, 'src/browser/page.ts'),
    platform: 'browser',
    logLevel: 'silent',
    resolve: {
      mainFields: ['module', 'main'],
      conditionNames: ['@nablajs/source', 'import', 'browser', 'default'],
    },
  });
  await bundle.write({ dir: output, format: 'esm', entryFileNames: 'page.js', cleanDir: true });
  await bundle.close();

  const server = serve([output, join(bench, 'node_modules/@tensorflow/tfjs-backend-wasm/dist')]);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: CHROMIUM_FLAGS });
  const page = await browser.newPage();
  page.on('pageerror', ({ message }) => console.error(`in the page: ${message}`));
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction('globalThis.bench !== undefined');
  return {
    call: <T>(name: string, ...args: unknown[]): Promise<T> =>
      page.evaluate(`globalThis.bench[${JSON.stringify(name)}](...${JSON.stringify(args)})`),
    async close(): Promise<void> {
      await browser.close();
      server.close();
    },
  };
}

/** The browser that the tests run in. */
function chromiumOf(root: string): Promise<{ findChromium(): string | undefined; CHROMIUM_FLAGS: string[] }> {
  return import(pathToFileURL(join(root, 'scripts/find-chromium.mjs')).href);
}

// Pages share memory between threads only when they are isolated.
const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const PAGE = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

function serve(folders: readonly string[]): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const type = TYPES[extname(pathname)];
    if (pathname === '/') {
      response.writeHead(200, { ...ISOLATED, 'content-type': 'text/html' }).end(PAGE);
      return;
    }
    const file = folders.map((folder) => join(folder, pathname)).find((candidate) => existsSync(candidate));
    if (!type || !file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { ...ISOLATED, 'content-type': type });
    createReadStream(file).pipe(response);
  });
}
