// What our packages export, and whether the answers to the names of other libraries are true.
import * as augment from '@nablajs/augment';
import * as layers from '@nablajs/layers';
import * as losses from '@nablajs/losses';
import * as metrics from '@nablajs/metrics';
import * as model from '@nablajs/model';
import * as optimizers from '@nablajs/optimizers';
import * as tensor from '@nablajs/tensor';
import { type Answer, answersOf, type Group, type Named, type Peer } from './peer.ts';

const PACKAGES: Readonly<Record<string, object>> = { layers, augment, optimizers, losses, metrics, model, tensor };

const BY_NAME: Readonly<Record<Named, (name: string) => unknown>> = {
  // The only one whose options have no defaults.
  activation: (type) => layers.activationFrom({ type, config: type === 'threshold' ? { threshold: 0, value: 0 } : {} }),
  loss: losses.lossFrom,
};

/** The package of an export: the preferred one, or the first that has it. */
export function packageOf(name: string, preferred: string): string | undefined {
  return [preferred, ...Object.keys(PACKAGES)].find((from) => Object.hasOwn(PACKAGES[from] ?? {}, name));
}

/** What is wrong with the answers about a peer, one line each. */
export function mistakesIn({ name: peer, groups }: Peer): string[] {
  return groups.flatMap((group) => {
    const answers = answersOf(group);
    const names = answers.map(({ name }) => name);
    const repeated = names.filter((name, i) => names.indexOf(name) < i);
    return [
      ...answers.flatMap((answer) => mistakesOf(answer, group)),
      ...repeated.map((name) => `'${name}' is answered twice`),
    ].map((text) => `${peer}, ${group.title}: ${text}`);
  });
}

function mistakesOf({ kind, name, ours, remark }: Answer, group: Group): string[] {
  if (kind === 'same' || kind === 'ours') {
    return ours
      .filter((own) => !isThere(own, kind, group))
      .map((own) => `'${name}' is said to be '${own}', which there is not`);
  }
  if (remark.trim() === '') return [`'${name}' has no answer`];
  if (kind === 'needless') return [];
  const exported = new Map(Object.values(PACKAGES).flatMap((all) => Object.keys(all).map((own) => [plain(own), own])));
  return name.split(', ').flatMap((one) => {
    const found = exported.get(plain(one)) ?? exported.get(plain(one.replace(/Loss$/, '')));
    return found ? [`'${one}' is said to be missing, but there is '${found}'`] : [];
  });
}

function isThere(own: string, kind: Answer['kind'], { from, named }: Group): boolean {
  if (!named) return kind === 'same' ? Object.hasOwn(PACKAGES[from]!, own) : packageOf(own, from) !== undefined;
  try {
    BY_NAME[named](own);
    return true;
  } catch {
    return false;
  }
}

function plain(name: string): string {
  return name.replace(/\W|_/g, '').toLowerCase();
}
