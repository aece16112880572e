// Bytes as text, for files of JSON.
import { FormatError } from '@nablajs/tensor';

interface Host {
  atob(text: string): string;
  btoa(text: string): string;
}

const host = globalThis as unknown as Host;

/** How many bytes are turned into text at once: arguments of one call have to fit on the stack. */
const CHUNK = 1 << 15;

/** Bytes in base64 (RFC 4648). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return host.btoa(text);
}

/** The bytes of a text in base64. Throws FormatError when it is none. */
export function fromBase64(text: unknown): Uint8Array {
  try {
    return Uint8Array.from(host.atob(text as string), (character) => character.charCodeAt(0));
  } catch (error) {
    throw new FormatError('the graph of an imported layer is not in base64. Is the file damaged?', { cause: error });
  }
}
