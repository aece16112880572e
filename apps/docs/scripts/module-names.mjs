// A TypeDoc plugin: modules are called what one imports, `@nablajs/data/node`, not `data/src/node`.
import { Converter } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.parent?.isProject()) return;
    reflection.name = `@nablajs/${reflection.name.replace('/src', '').replace(/\/index$/, '')}`;
  });
}
