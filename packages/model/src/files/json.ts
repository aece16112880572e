// JSON that comes from somewhere else.

const MAX_NESTING = 32;

/** JSON from bytes; rejects what is nested deeper than any honest file, which could exhaust the stack of later readers. */
export function parseJson(bytes: Uint8Array, fail: (what: string) => never): unknown {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === 0x5c && quoted) i++;
    else if (byte === 0x22) quoted = !quoted;
    else if (quoted) continue;
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) depth--;
    if (depth > MAX_NESTING) fail(`its JSON is nested deeper than ${MAX_NESTING} levels.`);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    return fail(`its header is not JSON (${(error as Error).message}).`);
  }
}

/** True for JSON objects. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
