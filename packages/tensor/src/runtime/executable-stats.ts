/** What the cache of executables did so far. */
export const lookups = { hits: 0, compiles: 0 };

/** How often structures were compiled and found again. */
export function executableStats(): { readonly hits: number; readonly compiles: number } {
  return { ...lookups };
}
