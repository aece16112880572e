// What the host offers to threads.

interface NodeSystem {
  availableParallelism(): number;
}

/** A module of Node, where there is one. */
export function nodeModule<T>(name: string): T | undefined {
  const { process } = globalThis as {
    readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
  };
  return process?.getBuiltinModule?.(name) as T | undefined;
}

/** Threads that can run at the same time. */
export function hardwareThreads(): number {
  const navigator = (globalThis as { readonly navigator?: { readonly hardwareConcurrency?: number } }).navigator;
  return nodeModule<NodeSystem>('node:os')?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1;
}

/** True where several threads can share one memory: Node, and browser pages that are cross-origin isolated. */
export function canShareMemory(): boolean {
  const isolated = (globalThis as { readonly crossOriginIsolated?: boolean }).crossOriginIsolated;
  return (
    typeof SharedArrayBuffer === 'function' && (nodeModule('node:worker_threads') !== undefined || isolated === true)
  );
}
