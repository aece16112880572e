// Pages run in Chromium from a server that remembers what each of them fetched.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../find-chromium.mjs';

const TYPES = /** @type {Record<string, string>} */ ({ '.html': 'text/html', '.js': 'text/javascript' });
const PATIENCE = 20_000;

/** @typedef {{ line: string, files: string[] }} Outcome  what a page printed, and the scripts it loaded */

/**
 * Serves a folder while `use` runs pages in it.
 * @param {string} root
 * @param {(run: (path: string) => Promise<Outcome>) => Promise<void>} use
 */
export async function withBrowser(root, use) {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on the PATH. Install one, or name it in $CHROMIUM.');
  const server = createServer((request, response) => {
    try {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname));
      const body = readFileSync(join(root, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: CHROMIUM_FLAGS });
  try {
    await use(async (path) => {
      // A context of its own: nothing comes from a cache.
      const page = await browser.newPage();
      /** @type {string[]} */
      const files = [];
      page.on('response', (response) => {
        const { pathname } = new URL(response.url());
        if (extname(pathname) === '.js') files.push(join(root, pathname));
      });
      try {
        const line = new Promise((resolve, reject) => {
          page.on('console', (message) => {
            if (message.type() === 'log') resolve(message.text());
            if (message.type() === 'error') reject(new Error(message.text()));
          });
          page.on('pageerror', reject);
          setTimeout(() => reject(new Error(`it printed nothing in ${PATIENCE / 1000} seconds`)), PATIENCE).unref();
        });
        await Promise.all([line, page.goto(`http://127.0.0.1:${port}/${path}`)]);
        return { line: await line, files };
      } finally {
        await page.close();
      }
    });
  } finally {
    await browser.close();
    server.close();
  }
}
