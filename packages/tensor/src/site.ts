// Which line of the user's code made a node. Capturing costs microseconds; reading the text is left for the error.

/** A captured call stack, read only when somebody asks for the line. */
export interface Site {
  readonly stack?: string | undefined;
}

const FRAMES = 24;
// V8's name; other engines ignore it.
const stacks = Error as unknown as { stackTraceLimit: number };
let capturing = true;

/** Turns the capture of user lines on or off (on by default; off saves about 3 µs per op). */
export function captureSites(on: boolean): void {
  capturing = on;
}

/** Remembers the current call stack, or `undefined` when capturing is off. */
export function captureSite(): Site | undefined {
  if (!capturing) return undefined;
  const limit = stacks.stackTraceLimit;
  stacks.stackTraceLimit = FRAMES;
  const site = new Error();
  stacks.stackTraceLimit = limit;
  return site;
}

// Sibling packages lie beside this one, in a workspace as in node_modules: `<siblings>/<package>/(src|dist)/...`.
const SIBLINGS = /* @__PURE__ */ import.meta.url.replace(/[^/]+\/(src|dist)\/[^/]*$/, '');
const INSTALLED = /\/node_modules\/(@nablajs\/[^/]+|nablajs)\//;

function isInternal(file: string): boolean {
  if (INSTALLED.test(file)) return true;
  const url = file.startsWith('/') ? `file://${file}` : file;
  return url.startsWith(SIBLINGS) && /^[^/]+\/(src|dist)\//.test(url.slice(SIBLINGS.length));
}

/** `file:line:column` of the innermost frame that is not ours, or `undefined`. */
export function siteText(site: Site | undefined): string | undefined {
  for (const line of site?.stack?.split('\n') ?? []) {
    // `at f (place)` and `at place` in V8, `f@place` elsewhere.
    const match = /(?:\(|at (?:async )?|@)((?:file:\/\/|https?:\/\/|\/|[A-Za-z]:\\)[^()]*:\d+:\d+)\)?$/.exec(
      line.trim(),
    );
    const place = match?.[1];
    if (place && !place.includes('node:internal') && !isInternal(place)) return place.replace('file://', '');
  }
  return undefined;
}
