import { relative } from 'node:path';
import { suggestion } from '../arguments/nearest.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { displayFor } from '../display/display.ts';
import { scaffold, writeNew } from '../scaffold/scaffold.ts';
import type { Command } from './command.ts';

/** What can be begun: the folders in templates. */
const KINDS: readonly string[] = ['plugin'];

/** What npm takes as the name of a package. */
const PACKAGE_NAME = /^(@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/;

/** `nabla new <kind> <name>` */
export const begin: Command = async ([kind, name], options, io) => {
  if (!KINDS.includes(kind!)) {
    const advice = suggestion(kind!, KINDS) || ` What can be begun: ${KINDS.join(', ')}.`;
    throw new UsageError(`There is no new "${kind}".${advice}`, options.command);
  }
  if (!PACKAGE_NAME.test(name!)) {
    throw new UsageError(
      `"${name}" is no name of an npm package. Use lower-case letters, digits and dashes: acme, or @acme/layers.`,
      options.command,
    );
  }
  const out = options.text('out') ?? name!.slice(name!.indexOf('/') + 1);
  const files = await scaffold(kind!, name!);
  await writeNew(out, files);
  const paths = Object.keys(files);
  const next = [...(relative('.', out) === '' ? [] : [`cd ${out}`]), 'npm install', 'npm test'];
  displayFor(io, options).result(
    'created',
    { kind, name, out, files: paths },
    `Wrote ${out}: ${paths.join(', ')}.\nNext: ${next.join(' && ')}`,
    out,
  );
};
