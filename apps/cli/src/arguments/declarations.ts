// What can be typed: every command with its arguments and options. Parsing and help both read this table.

/** An option, `--epochs <n>`, or a switch, `--json`. */
export interface OptionDeclaration {
  readonly flags: string;
  readonly text: string;
  readonly default?: string | number;
  /** Whether it may be given more than once. */
  readonly several?: true;
}

/** A command with what it takes. */
export interface CommandDeclaration {
  /** As typed after the name: `<model> <dataset>`. */
  readonly arguments: string;
  readonly text: string;
  /** What each argument may be, for the help. */
  readonly details: readonly (readonly [argument: string, meaning: string])[];
  readonly options: readonly OptionDeclaration[];
  readonly examples: readonly string[];
}

const BACKEND: OptionDeclaration = {
  flags: '--backend <name>',
  text: 'What computes: cpu, onnxruntime, onnxruntime:cuda, or the slow and exact reference',
  default: 'cpu',
};
const PLUGIN: OptionDeclaration = {
  flags: '--plugin <package>',
  text: 'A package, or a path, that adds layers, optimizers, backends, ...; several by commas',
  several: true,
};
const DATA: OptionDeclaration = { flags: '--data <folder>', text: 'Folder with the IDX files of the data set' };
const TABLE = 'a table (CSV, TSV or Parquet)';
const BATCH_SIZE: OptionDeclaration = { flags: '--batch-size <n>', text: 'Samples computed at once', default: 64 };

const DATASET = [
  'dataset',
  `mnist, fashion-mnist, ${TABLE}, or a folder of pictures with a folder for each class`,
] as const;
const MODEL_FILE = ['model', 'A model file written by nabla train or model.save()'] as const;

/** The name of a command. */
export type CommandName = 'train' | 'evaluate' | 'predict' | 'summary' | 'export' | 'import' | 'backends' | 'new';

/** The commands, in the order in which the help lists them. */
export const declarations: Readonly<Record<CommandName, CommandDeclaration>> = {
  train: {
    arguments: '[dataset]',
    text: 'Train a model, test it, and write it with its curves to a folder',
    details: [DATASET],
    options: [
      {
        flags: '--data <path>',
        text: 'Folder with the IDX files of the data set, the table, or the folder of pictures',
      },
      { flags: '--target <column>', text: 'Column of the table to predict: words and few whole numbers are classes' },
      { flags: '--ignore <columns>', text: 'Columns of the table to leave out, separated by commas' },
      { flags: '--test-share <x>', text: 'Share of the rows or pictures kept for testing (default: 0.2)' },
      { flags: '--size <n>', text: 'Height and width that pictures are brought to (default: 64)' },
      {
        flags: '--model <model>',
        text: 'cnn, mlp, a saved model, or a module that exports one (default: cnn; for tables mlp)',
      },
      { flags: '--epochs <n>', text: 'Passes over the training samples (default: 2; for tables 50, for pictures 20)' },
      { flags: '--steps <n>', text: 'End each epoch after this many batches' },
      { flags: '--batch-size <n>', text: 'Samples computed at once (default: 64; for tables and pictures 32)' },
      {
        flags: '--optimizer <name>',
        text: "adam, sgd, rmsprop, ... (default: adam, or a saved model's own)",
      },
      { flags: '--learning-rate <x>', text: "Step size; by default the optimizer's own" },
      { flags: '--seed <n>', text: 'Decides initial weights, order and dropout', default: 7 },
      { flags: '--out <folder>', text: 'Where results go (default: runs/<dataset>)' },
      BACKEND,
      PLUGIN,
    ],
    examples: [
      'nabla train mnist',
      'nabla train mnist --model mlp --epochs 5 --out runs/mlp',
      'nabla train fashion-mnist --data ~/fashion --json',
      'nabla train --data penguins.csv --target species',
      'nabla train --data photos --size 96',
      'nabla train mnist --plugin acme --optimizer acme/Signum',
    ],
  },
  evaluate: {
    arguments: '<model> <dataset>',
    text: 'Test a saved model: accuracy, confusion matrix, precision and recall per class; errors of numbers',
    details: [MODEL_FILE, DATASET],
    options: [DATA, BATCH_SIZE, BACKEND, PLUGIN],
    examples: [
      'nabla evaluate runs/mnist/model.safetensors mnist',
      'nabla evaluate runs/penguins/model.safetensors more-penguins.csv',
      'nabla evaluate runs/photos/model.safetensors more-photos',
    ],
  },
  predict: {
    arguments: '<model> [sample]',
    text: 'Show what a saved model sees in one image, or in each row of a table',
    details: [
      MODEL_FILE,
      ['sample', 'A PNG or JPEG file, a row of an IDX file (images.idx#3) or of test data (mnist#3), or a table'],
    ],
    options: [
      { flags: '--top <n>', text: 'How many classes to show', default: 3 },
      { flags: '--invert', text: 'Swap dark and bright first' },
      {
        flags: '--input <name=file>',
        text: 'Instead of a sample, for each input of the model: an NPY file, a table of numbers, or an image',
        several: true,
      },
      { flags: '--classes <names>', text: 'Names of the classes, separated by commas, or a data set that has them' },
      DATA,
      BACKEND,
      PLUGIN,
    ],
    examples: [
      'nabla predict runs/mnist/model.safetensors digit.png --invert',
      'nabla predict runs/mnist/model.safetensors mnist#0',
      'nabla predict runs/photos/model.safetensors holiday.jpg',
      'nabla predict runs/penguins/model.safetensors new-penguins.csv > predictions.csv',
      'nabla predict pairs.safetensors --input left=a.npy --input right=b.npy --json',
    ],
  },
  summary: {
    arguments: '<model>',
    text: 'List the layers of a model with shapes, parameters and operations',
    details: [['model', 'A model file, cnn, or mlp']],
    options: [PLUGIN],
    examples: ['nabla summary runs/mnist/model.safetensors', 'nabla summary cnn'],
  },
  export: {
    arguments: '<model>',
    text: 'Write a model as an ONNX file, for every program that runs those, or for pages that predict or train',
    details: [MODEL_FILE],
    options: [
      {
        flags: '-o, --out <file>',
        text: 'The file to write, .onnx, .predictor or .trainer (default: the model beside itself, as .onnx)',
      },
      { flags: '--batch-size <n>', text: 'Samples per batch; default: any number' },
      { flags: '--channels-first', text: 'ONNX: take images as [batch, channels, height, width], as most programs do' },
      { flags: '--external-data', text: 'ONNX: write large weights to a second file beside it, named <file>.data' },
      { flags: '--loss <name>', text: "Trainer: what to train for (default: the model's own)" },
      { flags: '--optimizer <name>', text: "Trainer: adam, sgd, ... (default: the model's own, or adam)" },
      { flags: '--learning-rate <x>', text: "Trainer: step size; by default the optimizer's own" },
      { ...BACKEND, text: 'What will compute a predictor or trainer, which hold the operations that it has' },
      PLUGIN,
    ],
    examples: [
      'nabla export runs/mnist/model.safetensors -o mnist.onnx',
      'nabla export runs/mnist/model.safetensors -o public/digits.predictor',
      'nabla export runs/mnist/model.safetensors -o public/digits.trainer --optimizer sgd --learning-rate 0.01',
    ],
  },
  import: {
    arguments: '<file>',
    text: 'Make a model of a file of ONNX, Keras or TensorFlow.js, to be trained further, tested and used',
    details: [
      ['file', 'An ONNX file, a .keras or .h5 file, or the model.json of TensorFlow.js; weights may lie beside it'],
    ],
    options: [
      { flags: '-o, --out <file>', text: 'The model file to write (default: beside the file, as .safetensors)' },
      {
        flags: '--channels-last',
        text: 'ONNX: take images as [batch, height, width, channels], as train and predict give them',
      },
      { flags: '--output <name>', text: "ONNX: compute this value of the graph instead of the file's output" },
      PLUGIN,
    ],
    examples: ['nabla import mnist.onnx -o mnist.safetensors --channels-last', 'nabla import emotions.h5'],
  },
  backends: {
    arguments: '',
    text: 'List what can compute here, and why something cannot',
    details: [],
    options: [PLUGIN],
    examples: ['nabla backends', 'nabla backends --plugin acme'],
  },
  new: {
    arguments: '<kind> <name>',
    text: 'Begin a package of your own: a plugin with an op, a layer and their tests',
    details: [
      ['kind', 'plugin'],
      ['name', 'The name of the npm package, such as acme or @acme/layers'],
    ],
    options: [{ flags: '-o, --out <folder>', text: 'Where it goes (default: a folder named after the package)' }],
    examples: ['nabla new plugin acme', 'nabla new plugin @acme/layers --out packages/layers'],
  },
};

/** Understood by every command. */
export const COMMON_OPTIONS: readonly OptionDeclaration[] = [
  { flags: '--json', text: 'Write one JSON object per event to standard output, and nothing else' },
  { flags: '--quiet', text: 'Write only the result' },
  { flags: '--debug', text: 'Show where an error came from' },
  { flags: '-h, --help', text: 'Show this help' },
];
