// A TypeDoc plugin for pages one can read. Modules are called what one imports, `@nablajs/data/node`, not `data/src/node`;
// and a class shows what is its own: what it inherits is on the page of its base class, one link away.
import { Converter, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.parent?.isProject()) return;
    reflection.name = `@nablajs/${reflection.name.replace('/src', '').replace(/\/index$/, '')}`;
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
