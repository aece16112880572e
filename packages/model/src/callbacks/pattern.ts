import { adviceFor, ConfigError } from '@nablajs/tensor';
import type { Logs } from './callback.ts';

/**
 * A path with its fields filled in: `{epoch}`, `{epoch:02d}` with leading zeros, `{valLoss:.4f}` with so many decimals.
 * @throws ConfigError for a field that is not among the values
 */
export function fillPattern(callback: string, pattern: string, values: Logs): string {
  return pattern.replace(/\{(\w+)(?::0?(\d*)d|:\.(\d+)f)?\}/g, (_, name: string, width?: string, decimals?: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new ConfigError(
        `${callback}: the path names {${name}}, which this training does not report. ${adviceFor(name, Object.keys(values))}`,
      );
    }
    if (decimals !== undefined) return value.toFixed(Number(decimals));
    return String(value).padStart(Number(width ?? 0), '0');
  });
}
