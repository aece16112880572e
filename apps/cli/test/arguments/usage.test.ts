import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/arguments/nearest.ts';
import { nabla } from '../session.ts';

const wrong = async (line: string): Promise<string> => {
  const { code, out, err } = await nabla(line === '' ? [] : line.split(' '));
  expect([line, code, out]).toEqual([line, 2, '']);
  expect(err.trim().split('\n')).toHaveLength(1);
  return err.trim();
};

describe('a wrong call', () => {
  it('exits with 2 and says in one paragraph what to write instead', async () => {
    const messages: string[] = [];
    for (const line of [
      '',
      'trian mnist',
      'fly',
      '--verbose',
      'train',
      'train mnits',
      'train cifar',
      'train mnist extra',
      'evaluate model.safetensors',
      'predict',
      'backends all',
      'train mnist --epoch 3',
      'train mnist --batch_size 3',
      'train mnist -x',
      'train mnist --epochs',
      'train mnist --epochs two',
      'train mnist --epochs 0',
      'train mnist --epochs 1.5',
      'train mnist --epochs -3',
      'train mnist --epochs=',
      'train mnist --epochs 1 --epochs 2',
      'train mnist --learning-rate fast',
      'train mnist --learning-rate 0',
      'train mnist --seed -1',
      'train mnist --optimizer adem',
      'train mnist --backend cuda',
      'train mnist --backend referense',
      'train mnist --model cmn',
      'train mnist --model nowhere.mjs',
      'train mnist --no-json',
      'predict m.safetensors a.png --top 0',
    ]) {
      messages.push(await wrong(line));
    }
    expect(messages.join('\n')).toMatchInlineSnapshot(`
      "nabla: No command was given. Commands are train, evaluate, predict, summary, export, import, backends, new. See nabla --help.
      nabla: There is no command "trian". Did you mean train? See nabla --help.
      nabla: There is no command "fly". Commands are train, evaluate, predict, summary, export, import, backends, new. See nabla --help.
      nabla: No command was given. Commands are train, evaluate, predict, summary, export, import, backends, new. See nabla --help.
      nabla train: <dataset> is missing. Name one, or a table with --data file.csv --target column, or a folder of pictures with --data photos. See nabla train --help.
      nabla train: There is no data set "mnits". Did you mean mnist? See nabla train --help.
      nabla train: There is no data set "cifar". Data sets are mnist, fashion-mnist. See nabla train --help.
      nabla train: "extra" is one word too many: train takes only [dataset]. See nabla train --help.
      nabla evaluate: <dataset> is missing. See nabla evaluate --help.
      nabla predict: <model> is missing. See nabla predict --help.
      nabla backends: "all" is one word too many: backends takes no arguments. See nabla backends --help.
      nabla train: There is no option --epoch. Did you mean --epochs? See nabla train --help.
      nabla train: There is no option --batch_size. Did you mean --batch-size? See nabla train --help.
      nabla train: There is no option -x. See nabla train --help.
      nabla train: --epochs needs a value, as in --epochs <n>. See nabla train --help.
      nabla train: --epochs must be a whole number of at least 1, got "two". See nabla train --help.
      nabla train: --epochs must be a whole number of at least 1, got "0". See nabla train --help.
      nabla train: --epochs must be a whole number of at least 1, got "1.5". See nabla train --help.
      nabla train: There is no option -3. Numbers below 0 are written as in --name=-3. See nabla train --help.
      nabla train: --epochs needs a value, as in --epochs <n>. See nabla train --help.
      nabla train: --epochs was given more than once. See nabla train --help.
      nabla train: --learning-rate must be a number above 0, got "fast". See nabla train --help.
      nabla train: --learning-rate must be a number above 0, got "0". See nabla train --help.
      nabla train: There is no option -1. Numbers below 0 are written as in --name=-1. See nabla train --help.
      nabla train: --optimizer must be one of sgd, rmsprop, adam, adamw, adagrad, adadelta, adamax, nadam, radam, adan, ftrl, lion, lamb, adafactor, muon, schedulefreeadamw, rprop, asgd, sparseadam, lbfgs, got "adem". Did you mean adam? See nabla train --help.
      nabla train: --backend must be one of cpu, onnxruntime, onnxruntime:cuda, reference, got "cuda". See nabla train --help.
      nabla train: --backend must be one of cpu, onnxruntime, onnxruntime:cuda, reference, got "referense". Did you mean reference? See nabla train --help.
      nabla train: --model must be cnn, mlp or a file; "cmn" is neither. Did you mean cnn? See nabla train --help.
      nabla train: --model must be cnn, mlp or a file; "nowhere.mjs" is neither. See nabla train --help.
      nabla train: There is no option --no-json. See nabla train --help.
      nabla predict: --top must be a whole number of at least 1, got "0". See nabla predict --help."
    `);
  });

  it('shows no stack without --debug, and one with it', async () => {
    expect((await nabla(['train', 'mnits'])).err).not.toContain(' at ');
    expect((await nabla(['train', 'mnits', '--debug'])).err).toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  it('lists the commands', async () => {
    const { code, out, err } = await nabla(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatchInlineSnapshot(`
      "nabla: train, test and use neural networks from the terminal.

      Usage:
        nabla <command> [options]

      Commands:
        train [dataset]             Train a model, test it, and write it with its
                                    curves to a folder
        evaluate <model> <dataset>  Test a saved model: accuracy, confusion matrix,
                                    precision and recall per class; errors of numbers
        predict <model> [sample]    Show what a saved model sees in one image, or in
                                    each row of a table
        summary <model>             List the layers of a model with shapes, parameters
                                    and operations
        export <model>              Write a model as an ONNX file, for every program
                                    that runs those, or for pages that predict or
                                    train
        import <file>               Make a model of a file of ONNX, Keras or
                                    TensorFlow.js, to be trained further, tested and
                                    used
        backends                    List what can compute here, and why something
                                    cannot
        new <kind> <name>           Begin a package of your own: a plugin with an op,
                                    a layer and their tests

      Options:
        --json         Write one JSON object per event to standard output, and nothing
                       else
        --quiet        Write only the result
        --debug        Show where an error came from
        -h, --help     Show this help
        -v, --version  Show the version

      nabla <command> --help says more about a command.
      "
    `);
    expect((await nabla(['-h'])).out).toBe(out);
    expect((await nabla(['help'])).out).toBe(out);
  });

  it('explains each command, even when its words are missing', async () => {
    const { code, out } = await nabla(['train', '--help']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "Train a model, test it, and write it with its curves to a folder.

      Usage:
        nabla train [dataset] [options]

      Arguments:
        <dataset>  mnist, fashion-mnist, a table (CSV, TSV or Parquet), or a folder of
                   pictures with a folder for each class

      Options:
        --data <path>        Folder with the IDX files of the data set, the table, or
                             the folder of pictures
        --target <column>    Column of the table to predict: words and few whole
                             numbers are classes
        --ignore <columns>   Columns of the table to leave out, separated by commas
        --test-share <x>     Share of the rows or pictures kept for testing (default:
                             0.2)
        --size <n>           Height and width that pictures are brought to (default:
                             64)
        --model <model>      cnn, mlp, a saved model, or a module that exports one
                             (default: cnn; for tables mlp)
        --epochs <n>         Passes over the training samples (default: 2; for tables
                             50, for pictures 20)
        --steps <n>          End each epoch after this many batches
        --batch-size <n>     Samples computed at once (default: 64; for tables and
                             pictures 32)
        --optimizer <name>   adam, sgd, rmsprop, ... (default: adam, or a saved
                             model's own)
        --learning-rate <x>  Step size; by default the optimizer's own
        --seed <n>           Decides initial weights, order and dropout (default: 7)
        --out <folder>       Where results go (default: runs/<dataset>)
        --backend <name>     What computes: cpu, onnxruntime, onnxruntime:cuda, or the
                             slow and exact reference (default: cpu)
        --plugin <package>   A package, or a path, that adds layers, optimizers,
                             backends, ...; several by commas
        --json               Write one JSON object per event to standard output, and
                             nothing else
        --quiet              Write only the result
        --debug              Show where an error came from
        -h, --help           Show this help

      Examples:
        nabla train mnist
        nabla train mnist --model mlp --epochs 5 --out runs/mlp
        nabla train fashion-mnist --data ~/fashion --json
        nabla train --data penguins.csv --target species
        nabla train --data photos --size 96
        nabla train mnist --plugin acme --optimizer acme/Signum
      "
    `);
    for (const command of ['evaluate', 'predict', 'summary', 'backends']) {
      const help = await nabla([command, '-h']);
      expect([help.code, help.err]).toEqual([0, '']);
      expect(help.out).toContain(`Usage:\n  nabla ${command}`);
      expect(Math.max(...help.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    }
  });

  it('and the version are told without loading anything else', async () => {
    const { code, out } = await nabla(['--version']);
    expect(code).toBe(0);
    expect(out).toMatch(/^nabla \d+\.\d+\.\d+ on Node \d+\./);
  });
});

describe('the nearest word', () => {
  it('is the one with the fewest typing errors, if few', () => {
    const words = ['train', 'evaluate', 'predict', 'summary'];
    expect(['tarin', 'Train', 'evalute', 'predictt', 'sumary'].map((typed) => nearest(typed, words))).toEqual([
      'train',
      'train',
      'evaluate',
      'predict',
      'summary',
    ]);
    expect(nearest('convolve', words)).toBeUndefined();
    expect(nearest('', words)).toBeUndefined();
  });
});
