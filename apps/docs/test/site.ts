// The built site behind a small server, and Debian's Chromium to look at it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright';
import { CHROMIUM_FLAGS, findChromium } from '../../../scripts/find-chromium.mjs';

const SITE = fileURLToPath(new URL('../.vitepress/dist/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the built site; throws when it was not built. */
export async function serveSite(): Promise<{ readonly address: string; readonly close: () => void }> {
  if (!existsSync(join(SITE, 'index.html'))) throw new Error('The site is not built. Run npm run docs first.');
  const server: Server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    const file = [path, `${path}.html`, join(path, 'index.html')]
      .map((candidate) => join(SITE, candidate))
      .find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

/** Starts the browser that is installed: `$CHROMIUM`, else the first of the usual names. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('There is no Chromium on the PATH. Install one, or name it in $CHROMIUM.');
  return chromium.launch({ executablePath, chromiumSandbox: false, args: CHROMIUM_FLAGS });
}
