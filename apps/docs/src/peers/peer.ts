// What a peer has, and our answer to each of its names.

/** The kinds of names that are not exports, and stand for something by themselves. */
export type Named = 'activation' | 'loss';

/** A group of a peer's names; each name is in exactly one of the lists. */
export interface Group {
  readonly title: string;
  /** The package of ours where most answers are, `layers`. */
  readonly from: string;
  /** Names are strings for an option, in camel case, and not exports. */
  readonly named?: Named;
  /** What differs throughout: a sentence or two under the title. */
  readonly note?: string;
  /** What has the same name here, separated by spaces. */
  readonly same?: string;
  /** What has another name here, or the same name and a difference to tell: `Conv2D`, several as `Conv1D, Conv2D`, with a remark as `Conv2D: option groups`. */
  readonly ours?: Readonly<Record<string, string>>;
  /** What has no counterpart because nothing is missing without it, and why. */
  readonly needless?: Readonly<Record<string, string>>;
  /** What is missing, and why. */
  readonly missing?: Readonly<Record<string, string>>;
}

/** Another library. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly groups: readonly Group[];
}

/** An answer to one name. */
export interface Answer {
  readonly kind: 'same' | 'ours' | 'needless' | 'missing';
  readonly name: string;
  /** Exports of ours, or the string for an option. */
  readonly ours: readonly string[];
  readonly remark: string;
}

/** All answers of a group, in the order in which they are listed. */
export function answersOf(group: Group): Answer[] {
  const same = (group.same ?? '').split(/\s+/).filter((name) => name !== '');
  return [
    ...same.map((name): Answer => ({ kind: 'same', name, ours: [group.named ? camelCase(name) : name], remark: '' })),
    ...Object.entries(group.ours ?? {}).map(([name, text]): Answer => {
      const [exports = '', remark = ''] = text.split(/: (.*)/s);
      return { kind: 'ours', name, ours: exports.split(', '), remark };
    }),
    ...(['needless', 'missing'] as const).flatMap((kind) =>
      Object.entries(group[kind] ?? {}).map(([name, remark]): Answer => ({ kind, name, ours: [], remark })),
    ),
  ];
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
