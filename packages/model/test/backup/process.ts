// The same training as a process of its own, to be killed: `process <folder> <epochs>`.
import { writeFile } from 'node:fs/promises';
import { BackupAndRestore, ModelCheckpoint } from '../../src/index.ts';
import { train } from './training.ts';

const [, , folder, epochs] = process.argv as [string, string, string, string];
const outcome = await train(Number(epochs), [
  new ModelCheckpoint(`${folder}/model.safetensors`, { saveFreq: 1 }),
  new BackupAndRestore(folder, { saveFreq: 1 }),
  { onTrainBegin: () => void process.stdout.write('ready\n') },
]);
await writeFile(`${folder}/outcome.json`, JSON.stringify(outcome));
