/** Whether a name contains one of the parts: `isNamed('dense_1/bias', ['bias'])`. */
export function isNamed(name: string, parts: readonly string[]): boolean {
  return parts.some((part) => name.includes(part));
}

/** The longest of the parts a name contains, so that the more exact one decides; `undefined` when it contains none. */
export function longestPartOf(name: string, parts: readonly string[]): string | undefined {
  return parts.filter((part) => name.includes(part)).sort((a, b) => b.length - a.length)[0];
}
