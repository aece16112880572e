// Reads the imports of a source file from its syntax tree, so that comments and strings do not count.

import { readFileSync } from 'node:fs';
import { parseSync } from 'vite';

/** @typedef {{ specifier: string, line: number, kind: 'static' | 'dynamic' | 'type' }} Import */

/**
 * Every module a file refers to. `static` imports run when the file loads, `dynamic` ones later, `type` ones never.
 * @param {string} file
 * @returns {Import[]}
 */
export function importsOf(file) {
  const code = readFileSync(file, 'utf8');
  const { program, errors } = parseSync(file, code);
  if (errors.length > 0) throw new SyntaxError(`${file}: ${errors[0]?.message}`);

  /** @type {Import[]} */
  const found = [];
  /** @param {unknown} node */
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return;
    const kind = kindOf(/** @type {any} */ (node));
    const source = /** @type {any} */ (node).source;
    if (kind && typeof source?.value === 'string') {
      found.push({ specifier: source.value, line: code.slice(0, source.start).split('\n').length, kind });
    }
    for (const child of Object.values(node)) visit(child);
  };
  visit(program);
  return found;
}

/**
 * @param {{ type?: string, importKind?: string, exportKind?: string }} node
 * @returns {Import['kind'] | undefined}
 */
function kindOf(node) {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.importKind === 'type' ? 'type' : 'static';
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.exportKind === 'type' ? 'type' : 'static';
    case 'ImportExpression':
      return 'dynamic';
    case 'TSImportType':
      return 'type';
    default:
      return undefined;
  }
}
