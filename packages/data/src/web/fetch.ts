import { FormatError } from '@nablajs/tensor';

/** Options of {@link fetchBytes}. */
export interface FetchOptions {
  /** Called as bytes arrive. `total` is `undefined` where the server does not say, or compresses on the way. */
  readonly onProgress?: (loaded: number, total: number | undefined) => void;
  /** Ends the download; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The bytes behind a URL, with news of the progress.
 * @throws FormatError when the server answers with an error or cannot be reached
 * @example const bytes = await fetchBytes('/mnist.safetensors', { onProgress: (n, total) => show(n / total) });
 */
export async function fetchBytes(
  url: string | URL,
  { onProgress, signal }: FetchOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await request(url, signal);
  if (!response.ok) throw new FormatError(`cannot read ${url}: the server answered ${response.status}.`);
  if (!onProgress || !response.body) return new Uint8Array(await response.arrayBuffer());

  const { headers } = response;
  const total = headers.has('content-encoding') ? undefined : Number(headers.get('content-length')) || undefined;
  const parts: Uint8Array[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  onProgress(0, total);
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    loaded += part.value.length;
    onProgress(loaded, total);
  }
  return joined(parts, loaded);
}

async function request(url: string | URL, signal: AbortSignal | undefined): Promise<Response> {
  try {
    return await fetch(url, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw new FormatError(`cannot read ${url}: ${(error as Error).message}. Check the address and the network.`, {
      cause: error,
    });
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
