// The layers of a model that is a class of one's own: those in its fields.
import { type AnyLayer, freeName, Layer } from '@nablajs/layers';
import { isRecord } from '@nablajs/tensor';

/** Layers in the fields of an object, also in lists and records there, each once. One without a name is named after its field. */
export function layersInFields(owner: object): readonly AnyLayer[] {
  const found = new Map<AnyLayer, string>();
  const visit = (value: unknown, path: string): void => {
    if (value instanceof Layer) {
      if (!found.has(value)) found.set(value, path);
    } else if (Array.isArray(value)) {
      for (const [i, item] of value.entries()) visit(item, `${path}_${i}`);
    } else if (isRecord(value)) {
      for (const [key, item] of Object.entries(value)) visit(item, path === '' ? key : `${path}_${key}`);
    }
  };
  const { given, ...fields } = owner as Readonly<Record<string, unknown>>;
  visit(fields, '');
  // Options that a constructor passed on come last: most are in fields as well.
  visit(given, '');
  const taken = new Set([...found.keys()].flatMap(({ isNamed, name }) => (isNamed ? [name] : [])));
  for (const [layer, path] of found) {
    if (layer.isNamed) continue;
    layer.name = freeName(path, taken);
    taken.add(layer.name);
  }
  return [...found.keys()];
}
