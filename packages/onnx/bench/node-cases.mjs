// The ONNX project's own cases, one small graph each, run through importOnnx's operators.
//
//   npx tsc -b packages/onnx packages/backend-reference && node packages/onnx/bench/node-cases.mjs <folder> [--write <table.md>]
//
// <folder> is `data/node` of the ONNX test data. Debian packages them: `apt-get download libonnx-testdata`, then
// `dpkg -x libonnx-testdata_*.deb <somewhere>`, and <somewhere>/usr/share/libonnx-testdata/data/node.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reference } from '@nablajs/backend-reference';
import { importedOperators, readModel, readOnnx, readTensor } from '@nablajs/onnx';
import { fromData, setBackend, UnsupportedOpError } from '@nablajs/tensor';

/** Element types of the cases that are run: float, int32, bool. Whole numbers that decide shapes are int64. */
const TYPES = new Set([1, 6, 9]);
const INT64 = 7;
/** Cases that compare random numbers with those of another generator. */
const RANDOM = /^test_training_dropout(_default)?(_mask)?$/;
const KNOWN = new Set(importedOperators);

/** @typedef {{ name: string, operators: string[], result: 'passed' | 'failed' | 'unsupported' | 'other type', reason: string }} Outcome */

/** @param {string} folder @param {string} name @returns {Promise<Outcome>} */
async function runCase(folder, name) {
  const bytes = readFileSync(join(folder, name, 'model.onnx'));
  const { graph } = readModel(bytes);
  const operators = [...new Set(graph.node.map(({ opType }) => opType ?? ''))];
  const outcome = (/** @type {Outcome['result']} */ result, reason = '') => ({ name, operators, result, reason });
  const type = otherType(graph);
  if (type) return outcome('other type', type);
  const unknown = graph.node.filter(({ opType = '', domain = '' }) => domain !== '' || !KNOWN.has(opType));
  if (unknown.length > 0) return outcome('unsupported', `operator ${unknown[0]?.opType}`);
  if (RANDOM.test(name)) return outcome('unsupported', 'its expected values come from another random generator');
  const sets = readdirSync(join(folder, name)).filter((entry) => entry.startsWith('test_data_set'));
  try {
    for (const set of sets) await compare(bytes, graph, join(folder, name, set));
    return outcome('passed');
  } catch (error) {
    if (error instanceof UnsupportedOpError) return outcome('unsupported', error.detail);
    return outcome('failed', String(error instanceof Error ? error.message : error).split('\n')[0]);
  }
}

/** @param {ReturnType<typeof readModel>['graph']} graph */
function otherType(graph) {
  const operands = graph.input.map(({ type }) => type?.tensorType?.elemType ?? 0);
  const results = graph.output.map(({ type }) => type?.tensorType?.elemType ?? 0);
  const odd = [...operands, ...results].find((code) => !TYPES.has(code) && code !== INT64);
  if (odd !== undefined) return `element type ${odd}`;
  // Values of int64 are beyond us, sizes and positions are not: they come with values of another type.
  return operands.length > 0 && operands.every((code) => code === INT64) && !isAboutShapes(graph)
    ? 'element type 7'
    : '';
}

/** @param {ReturnType<typeof readModel>['graph']} graph */
function isAboutShapes(graph) {
  return graph.node.some(({ opType = '' }) => ['ConstantOfShape', 'Range', 'Reshape'].includes(opType));
}

/** @param {Uint8Array} bytes @param {ReturnType<typeof readModel>['graph']} graph @param {string} folder */
async function compare(bytes, graph, folder) {
  const read = (/** @type {string} */ file) => readTensor(readFileSync(join(folder, file)));
  const onnx = readOnnx(bytes);
  const feeds = Object.fromEntries(
    onnx.inputs.map(({ name }, i) => {
      const { values, spec } = read(`input_${i}.pb`);
      return [name, fromData(values, spec.shape, spec.dtype)];
    }),
  );
  const results = onnx.run(feeds);
  for (const [i, result] of results.entries()) {
    const expected = read(`output_${i}.pb`);
    const name = graph.output[i]?.name;
    if (result.shape.join() !== expected.spec.shape.join()) {
      throw new Error(`${name} is [${result.shape}], expected [${expected.spec.shape}]`);
    }
    if (result.dtype !== expected.spec.dtype)
      throw new Error(`${name} is ${result.dtype}, expected ${expected.spec.dtype}`);
    const found = await result.data();
    const bad = found.findIndex((value, at) => !close(value, expected.values[at] ?? Number.NaN));
    if (bad >= 0) throw new Error(`${name}[${bad}] is ${found[bad]}, expected ${expected.values[bad]}`);
  }
}

/** As the ONNX project compares: relative 1e-3, absolute 1e-7. @param {number} found @param {number} expected */
function close(found, expected) {
  if (Number.isNaN(expected)) return Number.isNaN(found);
  return found === expected || Math.abs(found - expected) <= 1e-7 + 1e-3 * Math.abs(expected);
}

/** @param {Outcome[]} outcomes */
function table(outcomes) {
  const rows = new Map();
  for (const { name, operators, result } of outcomes) {
    const key = operators.length === 1 ? operators[0] : name.includes('expanded') ? 'functions, expanded' : 'several';
    const row = rows.get(key) ?? { passed: 0, unsupported: 0, failed: 0, 'other type': 0 };
    row[result] += 1;
    rows.set(key, row);
  }
  const lines = [...rows].sort(([a], [b]) => a.localeCompare(b)).map(([operator, row]) => line(operator, row));
  const total = { passed: 0, unsupported: 0, failed: 0, 'other type': 0 };
  for (const { result } of outcomes) total[result] += 1;
  return [
    '| operator | passed | unsupported | failed | other element type |',
    '|---|---:|---:|---:|---:|',
    ...lines,
    line('**all**', total),
  ].join('\n');
}

/** @param {string} operator @param {Record<Outcome['result'], number>} row */
function line(operator, row) {
  return `| ${operator} | ${row.passed} | ${row.unsupported} | ${row.failed} | ${row['other type']} |`;
}

const [folder, flag, target] = process.argv.slice(2);
if (!folder) throw new Error('usage: node-cases.mjs <folder> [--write <table.md>]');
setBackend(reference());
const outcomes = [];
for (const name of readdirSync(folder).sort()) outcomes.push(await runCase(folder, name));
process.stdout.write(`${table(outcomes)}\n\n`);
for (const { name, result, reason } of outcomes) {
  if (result === 'failed' || (result === 'unsupported' && !reason.startsWith('operator '))) {
    process.stdout.write(`${result}: ${name}: ${reason}\n`);
  }
}
if (flag === '--write' && target) writeTable(target, table(outcomes));
if (outcomes.some(({ result }) => result === 'failed')) process.exitCode = 1;

/** Replaces the table between the marks of a document. @param {string} path @param {string} text */
function writeTable(path, text) {
  const document = readFileSync(path, 'utf8');
  const [before, rest] = document.split('<!-- cases -->\n');
  const after = rest?.split('<!-- /cases -->')[1];
  if (after === undefined) throw new Error(`${path} has no <!-- cases --> ... <!-- /cases -->`);
  writeFileSync(path, `${before}<!-- cases -->\n${text}\n<!-- /cases -->${after}`);
}
