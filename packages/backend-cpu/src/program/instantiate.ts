/** Compiles and links a module. At once where the engine allows it: small modules take less time than a turn of the event loop. */
export async function instantiate(
  code: Uint8Array<ArrayBuffer>,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.Instance> {
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(code);
  } catch (error) {
    // Some browsers refuse large modules on their main thread.
    if (!(error instanceof RangeError)) throw error;
    module = await WebAssembly.compile(code);
  }
  return WebAssembly.instantiate(module, imports);
}
