/** `60000` → `60,000`. */
export function grouped(value: number): string {
  return value.toLocaleString('en-US');
}

/** `0.98912` → `98.91 %`. */
export function percent(fraction: number, digits: number = 2): string {
  return `${(fraction * 100).toFixed(digits)} %`;
}

/** `2.6 s`, `48 s`, `2 min 05 s`. */
export function seconds(milliseconds: number): string {
  const whole = Math.round(milliseconds / 1000);
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
