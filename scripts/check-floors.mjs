// Imports point downward only: the floors of the house, checked on manifests, project references and source files.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importsOf } from './imports.mjs';
import { ROOT, workspacePackages } from './workspace.mjs';

/** @typedef {import('./workspace.mjs').Package} Package */

/** Floor of each package; a package may import the packages of lower floors. Apps and examples are floor 6. */
const FLOORS = new Map(
  Object.entries({
    1: ['tensor'],
    2: ['autograd'],
    3: ['layers', 'losses', 'metrics', 'optimizers', 'augment', 'data'],
    4: ['model', 'zoo', 'interpret', 'distributed'],
    5: ['nablajs'],
  }).flatMap(([floor, names]) => names.map((name) => /** @type {const} */ ([name, Number(floor)]))),
);

/** Side packages: what each may import. From floor 5 up everything may import them, below nothing does. */
const SIDE = new Map(
  Object.entries({
    'backend-reference': ['tensor'],
    'backend-cpu': ['tensor'],
    'backend-tfjs': ['tensor'],
    'backend-onnxruntime': ['tensor', 'onnx-graph'],
    'onnx-graph': ['tensor'],
    interop: ['tensor', 'layers', 'augment', 'data', 'model'],
    onnx: ['tensor', 'onnx-graph', 'layers', 'model'],
    predictor: ['tensor', 'model'],
    testkit: ['tensor', 'autograd', 'backend-reference', 'layers'],
  }),
);

/** The only imports allowed between packages of one floor. */
const SIDEWAYS = new Map([
  ['augment', ['layers']],
  ['metrics', ['losses']],
]);

const LONGEST_FILE = 450;

/**
 * Why one package must not import another, or undefined when it may.
 * @param {string} from folder name such as `layers`; apps and examples are `apps/cli`, `examples/xor`
 * @param {string} to
 * @returns {string | undefined}
 */
function objection(from, to) {
  const allowed = SIDE.get(from);
  if (allowed) return allowed.includes(to) ? undefined : `${from} may import only ${allowed.join(', ')}`;
  const [floor, below] = [FLOORS.get(from) ?? 6, FLOORS.get(to)];
  if (SIDE.has(to)) return floor >= 5 ? undefined : `${to} is a side package, which floors 1 to 4 do not import`;
  if (below === undefined) return `${to} is on no floor`;
  if (below < floor || SIDEWAYS.get(from)?.includes(to)) return undefined;
  return below === floor
    ? `both are on floor ${floor}, whose packages do not import each other`
    : `${from} is on floor ${floor}, ${to} above it on floor ${below}`;
}

/**
 * All violations under a workspace root, one line each.
 * @param {string} [root]
 * @returns {string[]}
 */
export function checkFloors(root = ROOT) {
  const packages = workspacePackages(root);
  const folders = new Map(packages.map((p) => [p.manifest.name, folderOf(p)]));
  return packages.flatMap((p) => [
    ...placeProblems(p),
    ...manifestProblems(p, folders),
    ...referenceProblems(p, packages),
    ...sourceProblems(p, folders, root),
  ]);
}

/** @param {Package} p */
function folderOf(p) {
  return p.id.startsWith('packages/') ? p.id.slice('packages/'.length) : p.id;
}

/** @param {Package} p @returns {string[]} */
function placeProblems(p) {
  const folder = folderOf(p);
  if (!p.id.startsWith('packages/') || FLOORS.has(folder) || SIDE.has(folder)) return [];
  return [`${p.id}: has no floor. Give it one in scripts/check-floors.mjs.`];
}

/** @param {Package} p @returns {string[]} names needed at run time */
function runtimeDependencies({ manifest }) {
  return Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies });
}

/** @param {Package} p @param {Map<string, string>} folders @returns {string[]} */
function manifestProblems(p, folders) {
  return runtimeDependencies(p).flatMap((name) => {
    const folder = folders.get(name);
    if (folder === undefined) {
      return folderOf(p) === 'tensor' ? [`${p.id}/package.json: depends on ${name}; tensor has no dependencies`] : [];
    }
    const reason = objection(folderOf(p), folder);
    return reason ? [`${p.id}/package.json: depends on ${name}: ${reason}`] : [];
  });
}

/** Project references must name exactly the workspace dependencies. @param {Package} p @param {Package[]} packages */
function referenceProblems(p, packages) {
  const file = join(p.dir, 'tsconfig.json');
  if (!p.id.startsWith('packages/') || !existsSync(file)) return [];
  /** @type {{ path: string }[]} */
  const references = JSON.parse(readFileSync(file, 'utf8')).references ?? [];
  const referenced = new Set(references.map(({ path }) => resolve(p.dir, path)));
  const needed = new Set(
    runtimeDependencies(p).flatMap((name) => packages.find((q) => q.manifest.name === name)?.dir ?? []),
  );
  /** @param {string} dir */
  const show = (dir) => relative(p.dir, dir);
  return [
    ...[...needed].filter((dir) => !referenced.has(dir)).map((dir) => `lacks the reference ${show(dir)}`),
    ...[...referenced].filter((dir) => !needed.has(dir)).map((dir) => `references ${show(dir)}, no dependency`),
  ].map((problem) => `${p.id}/tsconfig.json: ${problem}`);
}

/** @param {Package} p @param {Map<string, string>} folders @param {string} root @returns {string[]} */
function sourceProblems(p, folders, root) {
  const src = join(p.dir, 'src');
  if (!existsSync(src)) return [];
  const declared = new Set(runtimeDependencies(p));
  // What is bundled into an app is a development dependency of it.
  if (!p.id.startsWith('packages/'))
    for (const name of Object.keys(p.manifest.devDependencies ?? {})) declared.add(name);

  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const edges = new Map();
  for (const file of sourceFiles(src)) {
    const at = relative(root, file);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    if (lines > LONGEST_FILE)
      problems.push(`${at}: ${lines} lines. A file is one idea: split it below ${LONGEST_FILE}.`);

    /** @type {string[]} */
    const loads = [];
    for (const { specifier, line, kind } of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = resolve(dirname(file), specifier);
        if (!target.startsWith(`${src}/`)) problems.push(`${at}:${line}: ${specifier} leaves the package's src`);
        if (kind === 'static') loads.push(target);
        continue;
      }
      if (specifier.startsWith('node:')) continue;
      const name = packageName(specifier);
      const folder = folders.get(name);
      const reason = folder === undefined ? undefined : objection(folderOf(p), folder);
      if (reason) problems.push(`${at}:${line}: imports ${specifier}: ${reason}`);
      else if (!declared.has(name)) problems.push(`${at}:${line}: imports ${specifier}, not declared in package.json`);
    }
    edges.set(file, loads);
  }
  return [
    ...problems,
    ...cycles(edges).map((files) => `import cycle: ${files.map((f) => relative(root, f)).join(' -> ')}`),
  ];
}

/** @param {string} dir @returns {string[]} */
function sourceFiles(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.m?[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

/** @param {string} specifier */
function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * One cycle through each back edge of a depth-first walk; none exactly when the graph has no cycle.
 * @param {Map<string, string[]>} edges
 * @returns {string[][]}
 */
function cycles(edges) {
  /** @type {string[][]} */
  const found = [];
  const done = new Set();
  /** @type {string[]} */
  const path = [];
  /** @param {string} file */
  const walk = (file) => {
    if (done.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file]);
      return;
    }
    path.push(file);
    for (const next of edges.get(file) ?? []) walk(next);
    path.pop();
    done.add(file);
  };
  for (const file of edges.keys()) walk(file);
  return found;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = checkFloors();
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'floors: every import points downward' : `floors: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
