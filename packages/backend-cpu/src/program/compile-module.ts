/** Compiles a module. At once where the engine allows it: small ones take less time than a turn of the event loop. */
export async function compileModule(code: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return new WebAssembly.Module(code);
  } catch (error) {
    // Some browsers refuse large modules on their main thread.
    if (!(error instanceof RangeError)) throw error;
    return WebAssembly.compile(code);
  }
}
