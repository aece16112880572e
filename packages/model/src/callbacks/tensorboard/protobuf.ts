// The part of the protocol buffer encoding that event files need: https://protobuf.dev/programming-guides/encoding

/** One field: its number and its encoded value. */
export type Field = Uint8Array;

/** A message from its fields. */
export function message(...fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const field of fields) {
    bytes.set(field, at);
    at += field.length;
  }
  return bytes;
}

/** A double. */
export function double(number: number, value: number): Field {
  const bytes = new Uint8Array(9);
  bytes[0] = (number << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

/** A float. */
export function float(number: number, value: number): Field {
  const bytes = new Uint8Array(5);
  bytes[0] = (number << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

/** A whole number of at least 0. */
export function whole(number: number, value: number): Field {
  return Uint8Array.from([number << 3, ...varint(value)]);
}

/** Text, bytes or a message. */
export function block(number: number, value: string | Uint8Array): Field {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return message(Uint8Array.from([(number << 3) | 2, ...varint(bytes.length)]), bytes);
}

/** A list of doubles. */
export function doubles(number: number, values: readonly number[]): Field {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat64(8 * i, value, true);
  return block(number, bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
