// A TypeDoc plugin for pages one can read. Modules are called what one imports, `@nablajs/data/node`, not `data/src/node`,
// and described as their packages are. A class shows what is its own: what it inherits is on the page of its base class, one
// link away.
import { readFileSync } from 'node:fs';
import { Comment, Converter, ReflectionKind } from 'typedoc';

/** What no package.json describes: a second entry of its package. @type {Readonly<Record<string, string>>} */
const ENTRIES = {
  '@nablajs/data/node': 'What reads and writes files, for Node.',
  '@nablajs/model/web': 'What only browsers have: models in workers, in the stores of the browser, as downloads.',
};

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.parent?.isProject()) return;
    reflection.name = `@nablajs/${reflection.name.replace('/src', '').replace(/\/index$/, '')}`;
    reflection.comment ??= new Comment([{ kind: 'text', text: descriptionOf(reflection.name) }]);
  });
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    const members = project.getReflectionsByKind(ReflectionKind.ClassMember);
    for (const member of members) {
      if (!member.isDeclaration() || !member.parent?.kindOf(ReflectionKind.Class)) continue;
      const isRepeated =
        member.inheritedFrom !== undefined || (member.flags.isProtected && member.overwrites !== undefined);
      if (isRepeated) project.removeReflection(member);
    }
  });
}

/** @param {string} name */
function descriptionOf(name) {
  const entry = ENTRIES[name];
  if (entry !== undefined) return entry;
  const file = new URL(`../../../packages/${name.replace('@nablajs/', '')}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).description;
}
