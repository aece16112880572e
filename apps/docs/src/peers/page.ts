// The page of the guide that holds our names against those of other libraries.
import { packageOf } from './exports.ts';
import { type Answer, answersOf, type Group, type Peer } from './peer.ts';

const INTRODUCTION = `# Names from elsewhere

What you know from another library, and what it is called here. Names that agree with those of Keras stand for the same thing,
with the same defaults, unless the table says otherwise; its snake_case options are camelCase. \`nablajs\` exports all of them;
metrics that share a name with a loss are in its \`metrics\`.

This page is written by a test that looks up every name in the packages: what is listed is there, and what is called missing is
not. Names in one line count one by one.`;

/** The page, as Markdown. */
export function coveragePage(peers: readonly Peer[]): string {
  const parts = [INTRODUCTION, summary(peers), ...peers.map(peerPart)];
  return `${parts.join('\n\n')}\n`;
}

function summary(peers: readonly Peer[]): string {
  const lines = peers.flatMap((peer) => [
    ...peer.groups.map((group) => countLine(`${peer.name}: ${group.title}`, answersOf(group))),
    countLine(`**${peer.name} ${peer.version}**`, peer.groups.flatMap(answersOf)),
  ]);
  return [
    '| | names | same name | another name, or a difference | not needed | missing |',
    '|---|--:|--:|--:|--:|--:|',
    ...lines,
  ].join('\n');
}

function countLine(title: string, answers: readonly Answer[]): string {
  const count = (kind: Answer['kind']): number =>
    answers.filter((answer) => answer.kind === kind).reduce((sum, { name }) => sum + name.split(', ').length, 0);
  const counts = (['same', 'ours', 'needless', 'missing'] as const).map(count);
  const total = counts.reduce((sum, n) => sum + n, 0);
  return `| ${[title, total, ...counts].join(' | ')} |`;
}

function peerPart(peer: Peer): string {
  return [`## ${peer.name}`, ...peer.groups.map((group) => groupPart(peer, group))].join('\n\n');
}

function groupPart(peer: Peer, group: Group): string {
  const answers = answersOf(group);
  const of = (kind: Answer['kind']): Answer[] => answers.filter((answer) => answer.kind === kind);
  const parts = [`### ${peer.name}: ${group.title.charAt(0).toLowerCase()}${group.title.slice(1)}`];
  if (group.note) parts.push(group.note);
  const same = of('same');
  if (same.length > 0) {
    const where = group.named ? 'By the same name' : `By the same name in \`@nablajs/${group.from}\``;
    parts.push(`${where}: ${same.flatMap(({ ours }) => ours.map(quoted)).join(', ')}.`);
  }
  const others = [...of('ours').map((answer) => ownLine(answer, group)), ...of('needless').map(needlessLine)];
  if (others.length > 0) parts.push([`| ${peer.name} | Nabla | |`, '|---|---|---|', ...others].join('\n'));
  const missing = of('missing');
  if (missing.length > 0) {
    const lines = missing.map(({ name, remark }) => `| ${listed(name)} | ${remark} |`);
    parts.push(['| missing | why, or what to do |', '|---|---|', ...lines].join('\n'));
  }
  return parts.join('\n\n');
}

function ownLine({ name, ours, remark }: Answer, { from, named }: Group): string {
  const places = named
    ? []
    : [...new Set(ours.map((own) => packageOf(own, from) ?? from))].filter((place) => place !== from);
  const note = [...places.map((place) => `\`@nablajs/${place}\``), remark].filter((text) => text !== '').join('; ');
  return `| ${listed(name)} | ${ours.map(quoted).join(', ')} | ${note} |`;
}

function needlessLine({ name, remark }: Answer): string {
  return `| ${listed(name)} | not needed | ${remark} |`;
}

function listed(names: string): string {
  return names.split(', ').map(quoted).join(', ');
}

function quoted(name: string): string {
  return `\`${name}\``;
}
