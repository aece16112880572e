// Tomorrow's highest temperature from two weeks of weather: node examples/weather/main.mjs seattle-weather.csv. The table has
// one row per day with date, precipitation, temp_max, temp_min and wind; its last year is kept for testing.
import process from 'node:process';
import { readCsvFile } from '@nablajs/data/node';
import { Adam, Dense, Dropout, LSTM, Sequential, setSeed, slidingWindows } from 'nablajs';

const [, , file, epochs = '30'] = process.argv;
if (!file) throw new Error('Name the table: node examples/weather/main.mjs seattle-weather.csv');

const PAST = 14;
const TEST = 365;

setSeed(1);
const table = await readCsvFile(file);
const [warmest, coldest, rain, wind] = ['temp_max', 'temp_min', 'precipitation', 'wind'].map((name) => numbers(name));
const days = table.column('date').values.map((date) => Date.parse(date) / 86_400_000);
const season = days.map((day) => (2 * Math.PI * day) / 365.2425);

// Everything about 1 in size. The temperature comes first: it is what is predicted.
const features = [
  warmest.map((value) => value / 10),
  coldest.map((value) => value / 10),
  rain.map((value) => Math.log1p(value)),
  wind.map((value) => value / 5),
  season.map(Math.cos),
  season.map(Math.sin),
];
const data = Float32Array.from({ length: days.length * features.length }, (_, i) => {
  return features[i % features.length][Math.floor(i / features.length)];
});

const windows = slidingWindows({ data, features: features.length }, { length: PAST });
const [past, future] = windows.split((windows.size - TEST) / windows.size);
/** The network says by how much tomorrow differs from today: that it stays as it is, it need not learn. */
const change = ({ x, y, size }) => {
  const today = x.slice([0, PAST - 1, 0], [size, 1, 1]).reshape([size, 1]);
  return { x, y: y.slice([0, 0], [size, 1]).sub(today) };
};

const model = new Sequential([new LSTM(16), new Dropout(0.2), new Dense(1, { kernelInitializer: 'zeros' })]);
model.compile({ optimizer: new Adam(0.003), loss: 'meanSquaredError' });
await model.fit(past.shuffle({ seed: 2 }).batch(32).map(change), { epochs: Number(epochs), verbose: 0 });

const expected = Array.from(await (await model.predict(future.batch(TEST).map(change))).data());
const from = warmest.length - TEST;
const truth = warmest.slice(from);
const normal = truth.map((_, i) => usual(season[from + i]));

/** Root mean squared errors over the last year, in degrees. */
export const errors = {
  'as today': error(warmest.slice(from - 1, -1)),
  'as usual on that day': error(normal),
  'the network': error(expected.map((value, i) => warmest[from - 1 + i] + 10 * value)),
};
for (const [name, value] of Object.entries(errors)) console.log(`${name.padEnd(22)} ${value.toFixed(3)} degrees`);

function numbers(name) {
  return Array.from(table.column(name).values);
}

function error(guesses) {
  return Math.sqrt(guesses.reduce((sum, guess, i) => sum + (guess - truth[i]) ** 2, 0) / truth.length);
}

/** The mean of all training days within a week of that time of year. */
function usual(time) {
  const near = warmest
    .slice(0, from)
    .filter((_, i) => Math.cos(season[i] - time) > Math.cos((2 * Math.PI * 7.5) / 365));
  return near.reduce((sum, value) => sum + value, 0) / near.length;
}
