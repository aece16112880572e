// Why a function was traced again, for those who are told: imported when it is too often.

/** What changed from one call to another, and what to do about it. */
export function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const names = new Set([...after.keys(), ...before.keys()]);
  for (const name of names) {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) continue;
    if (old === undefined) return `${name} (${now}) is new. ${SAME_SHAPES}`;
    if (now === undefined) return `${name} (${old}) is gone. ${SAME_SHAPES}`;
    return `${name} was ${old} and became ${now}. ${adviceFor(old, now)}`;
  }
  return 'the backend changed.';
}

const SAME_SHAPES = 'Call it with the same number of arguments each time.';

function adviceFor(old: string, now: string): string {
  if (old.endsWith(']') && now.endsWith(']')) {
    return 'Keep shapes the same from call to call, for example by padding the last batch or dropping it.';
  }
  if (now.startsWith('number ')) return 'Pass numbers that change as tensors: scalar(0.1).';
  if (now.startsWith('object ') || now.startsWith('function ')) return 'Pass the same object each time.';
  return 'Pass the same value each time, or make one compiled function for each.';
}
