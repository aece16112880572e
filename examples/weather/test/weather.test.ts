import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Weather with a rhythm of four days: as warm as today is a bad guess for tomorrow, as warm as usual is not much better. */
function rhythmicWeather(days: number): string {
  const rows = Array.from({ length: days }, (_, day) => {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    const warmest = 15 - 8 * Math.cos((2 * Math.PI * day) / 365.2425) + 4 * Math.cos((Math.PI * day) / 2);
    return `${date},${day % 4},${warmest.toFixed(2)},${(warmest - 6).toFixed(2)},2.5`;
  });
  return ['date,precipitation,temp_max,temp_min,wind', ...rows].join('\n');
}

it('finds a rhythm that the naive guesses miss', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nabla-weather-'));
  const { argv } = process;
  try {
    const table = join(folder, 'weather.csv');
    await writeFile(table, rhythmicWeather(800));
    process.argv = [...argv.slice(0, 2), table, '8'];
    const { errors } = (await import('../main.mjs' as string)) as { errors: Record<string, number> };
    // Neighbours in the rhythm differ by 4 degrees; from the usual it swings with an amplitude of 4.
    expect(errors['as today']).toBeCloseTo(4, 1);
    expect(errors['as usual on that day']).toBeGreaterThan(2.5);
    expect(errors['the network']).toBeLessThan(2);
  } finally {
    process.argv = argv;
    await rm(folder, { recursive: true });
  }
});
