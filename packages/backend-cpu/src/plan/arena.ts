/** Bytes needed from one moment to another, both included. */
export interface Span {
  readonly bytes: number;
  readonly first: number;
  last: number;
}

/**
 * Offsets such that spans which live at the same time do not overlap: largest first, each at the lowest place that is
 * free all its life (Pisarchyk and Lee, "Efficient memory management for deep neural net inference", 2020).
 */
export function arrange(spans: readonly Span[]): {
  readonly offsets: ReadonlyMap<Span, number>;
  readonly bytes: number;
} {
  const offsets = new Map<Span, number>();
  const placed: { readonly span: Span; readonly offset: number }[] = [];
  let bytes = 0;
  for (const span of [...spans].sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    let offset = 0;
    for (const other of placed) {
      if (other.span.last < span.first || span.last < other.span.first) continue;
      if (other.offset >= offset + span.bytes) break;
      offset = Math.max(offset, other.offset + other.span.bytes);
    }
    offsets.set(span, offset);
    const at = placed.findIndex((other) => other.offset > offset);
    placed.splice(at < 0 ? placed.length : at, 0, { span, offset });
    bytes = Math.max(bytes, offset + span.bytes);
  }
  return { offsets, bytes };
}
