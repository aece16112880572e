// What a page asks Node to do: train a model, predict with one, write its training and take it back.
import { createServer, defaultServerConditions, type ViteDevServer } from 'vite';
import type { BrowserCommand } from 'vitest/node';
import type { NodeBackendName } from './node.ts';
import type { Outcome } from './scenario.ts';

type Scenario = typeof import('./node.ts');

let server: Promise<ViteDevServer> | null = null;

/** The scenario, loaded from the sources into this very process. */
async function inNode(): Promise<Scenario> {
  const conditions = ['@nablajs/source', ...defaultServerConditions];
  server ??= createServer({
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    resolve: { conditions },
    ssr: { resolve: { conditions } },
  });
  return (await (await server).ssrLoadModule(new URL('./node.ts', import.meta.url).pathname)) as Scenario;
}

export const trainInNode: BrowserCommand<[NodeBackendName]> = async (_, name) => (await inNode()).train(name);

export const predictInNode: BrowserCommand<[NodeBackendName, readonly number[]]> = async (_, name, bytes) =>
  (await inNode()).predict(name, bytes);

export const writeTrainerInNode: BrowserCommand<[NodeBackendName]> = async (_, name) =>
  (await inNode()).writeTrainer(name);

export const adoptInNode: BrowserCommand<[NodeBackendName, readonly number[]]> = async (_, name, bytes) =>
  (await inNode()).adopt(name, bytes);

declare module 'vitest/browser' {
  interface BrowserCommands {
    trainInNode(name: NodeBackendName): Promise<Outcome>;
    predictInNode(name: NodeBackendName, bytes: readonly number[]): Promise<number[]>;
    writeTrainerInNode(name: NodeBackendName): Promise<number[]>;
    adoptInNode(name: NodeBackendName, bytes: readonly number[]): Promise<number[]>;
  }
}
