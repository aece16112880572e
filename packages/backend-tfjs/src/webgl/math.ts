// Functions of one element in GLSL, where drivers' own are too coarse or undefined at the edges.

/** A function and the functions it calls. */
interface Definition {
  readonly needs?: readonly string[];
  readonly code: string;
}

const INF = 'uintBitsToFloat(0x7f800000u)';
const NAN = 'uintBitsToFloat(0x7fc00000u)';

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  nablaNaN: { code: `bool nablaNaN(float x) { return (floatBitsToUint(x) & 0x7fffffffu) > 0x7f800000u; }` },
  nablaInf: { code: `bool nablaInf(float x) { return (floatBitsToUint(x) & 0x7fffffffu) == 0x7f800000u; }` },
  nablaMax: {
    needs: ['nablaNaN'],
    code: `float nablaMax(float a, float b) { return nablaNaN(a) ? a : nablaNaN(b) ? b : max(a, b); }`,
  },
  nablaMin: {
    needs: ['nablaNaN'],
    code: `float nablaMin(float a, float b) { return nablaNaN(a) ? a : nablaNaN(b) ? b : min(a, b); }`,
  },
  nablaSign: {
    needs: ['nablaNaN'],
    code: `float nablaSign(float x) { return nablaNaN(x) ? x : sign(x); }`,
  },
  nablaExp: {
    needs: ['nablaNaN'],
    code: `float nablaExp(float x) { return nablaNaN(x) ? x : x > 88.8 ? ${INF} : x < -104.0 ? 0.0 : exp(x); }`,
  },
  // Taylor's series near zero, where subtracting 1 would cancel.
  nablaExpm1: {
    needs: ['nablaExp'],
    code: `float nablaExpm1(float x) {
  if (abs(x) > 0.5) return nablaExp(x) - 1.0;
  float p = 1.0 / 5040.0 + x * (1.0 / 40320.0);
  p = 1.0 / 120.0 + x * (1.0 / 720.0 + x * p);
  return x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * p))));
}`,
  },
  // 2 atanh(x / (2 + x)) near zero.
  nablaLog1p: {
    needs: ['nablaNaN'],
    code: `float nablaLog1p(float x) {
  if (nablaNaN(x) || x < -1.0) return ${NAN};
  if (x == -1.0) return -${INF};
  if (x > 3.4e38) return x;
  if (abs(x) > 0.42) return log(1.0 + x);
  float s = x / (2.0 + x);
  float t = s * s;
  return 2.0 * s * (1.0 + t * (1.0 / 3.0 + t * (0.2 + t * (1.0 / 7.0 + t * (1.0 / 9.0 + t / 11.0)))));
}`,
  },
  nablaLog: {
    needs: ['nablaLog1p'],
    code: `float nablaLog(float x) { return x > 0.6 && x < 1.4 ? nablaLog1p(x - 1.0) : x == 0.0 ? -${INF} : nablaNaN(x) || x < 0.0 ? ${NAN} : x > 3.4e38 ? x : log(x); }`,
  },
  nablaSqrt: {
    needs: ['nablaNaN'],
    code: `float nablaSqrt(float x) { return nablaNaN(x) || x < 0.0 ? ${NAN} : x > 3.4e38 ? x : sqrt(x); }`,
  },
  // Reduced to an eighth of a turn in three steps (Cody and Waite, 1980), then Taylor's series.
  nablaTurn: {
    code: `float nablaTurn(float x, float k) { return ((x - k * 1.5703125) - k * 4.837512969970703e-4) - k * 7.549789948768648e-8; }`,
  },
  nablaWave: {
    needs: ['nablaTurn', 'nablaNaN', 'nablaInf'],
    code: `float nablaWave(float x, float quarter) {
  if (nablaNaN(x) || nablaInf(x)) return ${NAN};
  float k = floor(x * 0.6366197723675814 + 0.5);
  float r = nablaTurn(x, k);
  float t = r * r;
  float s = r * (1.0 + t * (-1.0 / 6.0 + t * (1.0 / 120.0 + t * (-1.0 / 5040.0 + t / 362880.0))));
  float c = 1.0 + t * (-0.5 + t * (1.0 / 24.0 + t * (-1.0 / 720.0 + t / 40320.0)));
  float q = k + quarter;
  q = q - 4.0 * floor(q * 0.25);
  return q < 0.5 ? s : q < 1.5 ? c : q < 2.5 ? -s : -c;
}`,
  },
  nablaTanh: {
    needs: ['nablaNaN'],
    code: `float nablaTanh(float x) {
  if (nablaNaN(x)) return x;
  float t = x * x;
  if (t < 0.09) return x * (1.0 + t * (-1.0 / 3.0 + t * (2.0 / 15.0 + t * (-17.0 / 315.0 + t * (62.0 / 2835.0)))));
  float e = exp(-2.0 * min(abs(x), 40.0));
  float y = (1.0 - e) / (1.0 + e);
  return x < 0.0 ? -y : y;
}`,
  },
  // The series below 0.9; above it Abramowitz and Stegun 7.1.26.
  nablaErf: {
    needs: ['nablaNaN'],
    code: `float nablaErf(float x) {
  if (nablaNaN(x)) return x;
  float a = min(abs(x), 6.0);
  float t = a * a;
  float y;
  if (a < 0.9) {
    y = 1.0 + t * (-1.0 / 3.0 + t * (0.1 + t * (-1.0 / 42.0 + t * (1.0 / 216.0 + t * (-1.0 / 1320.0 + t * (1.0 / 9360.0 - t / 75600.0))))));
    y *= a * 1.1283791670955126;
  } else {
    float u = 1.0 / (1.0 + 0.3275911 * a);
    y = 1.0 - u * (0.254829592 + u * (-0.284496736 + u * (1.421413741 + u * (-1.453152027 + u * 1.061405429)))) * exp(-t);
  }
  return x < 0.0 ? -y : y;
}`,
  },
  nablaOdd: {
    code: `bool nablaOdd(float x) { return abs(x) < 16777216.0 && floor(x) == x && abs(x - 2.0 * floor(x * 0.5)) == 1.0; }`,
  },
  // IEEE 754-2008 pow.
  nablaPow: {
    needs: ['nablaNaN', 'nablaInf', 'nablaOdd'],
    code: `float nablaPow(float a, float b) {
  if (b == 0.0 || a == 1.0) return 1.0;
  if (nablaNaN(a) || nablaNaN(b)) return ${NAN};
  float m = abs(a);
  float y;
  if (nablaInf(b)) return m == 1.0 ? 1.0 : (m > 1.0) == (b > 0.0) ? ${INF} : 0.0;
  if (m == 0.0) y = b > 0.0 ? 0.0 : ${INF};
  else if (nablaInf(m)) y = b > 0.0 ? ${INF} : 0.0;
  else if (a < 0.0 && floor(b) != b) return ${NAN};
  else y = pow(m, b);
  return (floatBitsToUint(a) >> 31) == 1u && nablaOdd(b) ? -y : y;
}`,
  },
  nablaFloorDiv: {
    code: `float nablaFloorDiv(float a, float b) {
  float q = floor(a / b);
  float r = a - q * b;
  if (b > 0.0 ? r >= b : r <= b) q += 1.0;
  if (b > 0.0 ? r < 0.0 : r > 0.0) q -= 1.0;
  return q;
}`,
  },
  nablaIntDiv: {
    needs: ['nablaFloorDiv'],
    code: `float nablaIntDiv(float a, float b) { return b == 0.0 ? 0.0 : nablaFloorDiv(a, b); }`,
  },
  nablaIntMod: {
    needs: ['nablaFloorDiv'],
    code: `float nablaIntMod(float a, float b) { return b == 0.0 ? 0.0 : a - b * nablaFloorDiv(a, b); }`,
  },
  nablaMod: { code: `float nablaMod(float a, float b) { return a - b * floor(a / b); }` },
  nablaInt: {
    needs: ['nablaNaN'],
    code: `float nablaInt(float x) { return nablaNaN(x) ? 0.0 : trunc(clamp(x, -2147483648.0, 2147483648.0)); }`,
  },
  nablaDiv: {
    needs: ['nablaNaN', 'nablaInf'],
    code: `float nablaDiv(float a, float b) {
  if (nablaNaN(a) || nablaNaN(b)) return ${NAN};
  if (b == 0.0) return a == 0.0 ? ${NAN} : ((floatBitsToUint(a) ^ floatBitsToUint(b)) >> 31) == 1u ? -${INF} : ${INF};
  if (nablaInf(b)) return nablaInf(a) ? ${NAN} : 0.0;
  return a / b;
}`,
  },
};

/** The functions that `code` calls, in an order in which each is defined before it is used. */
export function libraryFor(code: string): string {
  const done = new Set<string>();
  const parts: string[] = [];
  const add = (name: string): void => {
    if (done.has(name)) return;
    done.add(name);
    const { needs = [], code: text } = DEFINITIONS[name]!;
    needs.forEach(add);
    parts.push(text);
  };
  for (const name of Object.keys(DEFINITIONS)) if (code.includes(`${name}(`)) add(name);
  return parts.join('\n');
}

/** A number as a GLSL literal. */
export function literal(value: number): string {
  if (Number.isNaN(value)) return NAN;
  if (value === Number.POSITIVE_INFINITY) return INF;
  if (value === Number.NEGATIVE_INFINITY) return `-${INF}`;
  const rounded = Math.fround(value);
  if (Object.is(rounded, -0)) return '-0.0';
  const text = String(rounded);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
