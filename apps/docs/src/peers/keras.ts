import type { Peer } from './peer.ts';

export const keras: Peer = {
  name: 'Keras',
  version: '3.15.1',
  groups: [
    {
      title: 'Layers',
      from: 'layers',
      note:
        'Defaults were compared with the source of Keras, one by one. Options that are not here: `lora_rank` and what belongs to ' +
        'quantization, `renorm` and `synchronized` of `BatchNormalization`, `reverse_dtype` of `ReversibleEmbedding`, and what ' +
        'chooses a way to compute (`unroll`, `use_cudnn`, `flash_attention`). Recurrent layers take no `activity_regularizer`: ' +
        'put an `ActivityRegularization` after them.',
      same: `
        Activation Dense EinsumDense Embedding ReversibleEmbedding Identity Input InputLayer Lambda Masking Layer
        ELU LeakyReLU PReLU ReLU Softmax AdditiveAttention Attention GroupQueryAttention MultiHeadAttention
        Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D DepthwiseConv2D
        SeparableConv1D SeparableConv2D Add Average Concatenate Dot Maximum Minimum Multiply Subtract
        BatchNormalization GroupNormalization LayerNormalization RMSNormalization SpectralNormalization UnitNormalization
        AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
        GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
        GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
        AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
        AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
        ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise
        SpatialDropout1D SpatialDropout2D SpatialDropout3D
        Cropping1D Cropping2D Cropping3D Flatten Permute RepeatVector Reshape UpSampling1D UpSampling2D UpSampling3D
        ZeroPadding1D ZeroPadding2D ZeroPadding3D
        Bidirectional ConvLSTM1D ConvLSTM2D ConvLSTM3D GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell
        StackedRNNCells TimeDistributed`,
      ours: {
        Wrapper: 'Layer: a layer that owns others names them in `sublayers()`',
        'AvgPool1D, AvgPool2D, AvgPool3D': 'AveragePooling1D, AveragePooling2D, AveragePooling3D: Keras has both names',
        'MaxPool1D, MaxPool2D, MaxPool3D': 'MaxPooling1D, MaxPooling2D, MaxPooling3D: both too, as in the next lines',
        'GlobalAvgPool1D, GlobalAvgPool2D, GlobalAvgPool3D':
          'GlobalAveragePooling1D, GlobalAveragePooling2D, GlobalAveragePooling3D',
        'GlobalMaxPool1D, GlobalMaxPool2D, GlobalMaxPool3D':
          'GlobalMaxPooling1D, GlobalMaxPooling2D, GlobalMaxPooling3D',
        'Convolution1D, Convolution2D, Convolution3D': 'Conv1D, Conv2D, Conv3D',
        'Convolution1DTranspose, Convolution2DTranspose, Convolution3DTranspose':
          'Conv1DTranspose, Conv2DTranspose, Conv3DTranspose',
        'SeparableConvolution1D, SeparableConvolution2D': 'SeparableConv1D, SeparableConv2D',
        'add, average, concatenate, dot, maximum, minimum, multiply, subtract':
          'Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract: `new Add().apply([a, b])`',
        'serialize, deserialize': 'layerFromJSON: and `toJSON()` of every layer',
      },
      needless: {
        InputSpec: 'shapes are checked by the operations themselves, when a layer is applied',
        'FlaxLayer, JaxLayer, TFSMLayer, TorchModuleWrapper': 'layers of other Python frameworks',
      },
      missing: { TernaryDense: 'newer than 3.15; quantized layers are not here yet' },
    },
    {
      title: 'Preprocessing layers',
      from: 'layers',
      note: 'Without `sparse`, `ragged` and `encoding`: tensors are dense and hold no text, so `StringLookup` has no `invert` either.',
      same: `
        CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup StringLookup TextVectorization Normalization
        Rescaling MelSpectrogram STFTSpectrogram`,
      ours: { Pipeline: 'Pipeline: of augmentations; of any layers, `Sequential`' },
    },
    {
      title: 'Image augmentation',
      from: 'augment',
      same: `
        AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MaxNumBoundingBoxes MixUp
        RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
        RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert
        RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear
        RandomTranslation RandomZoom Solarization`,
      ours: { CenterCrop: 'CenterCrop', Resizing: 'Resizing' },
    },
    {
      title: 'Activations',
      from: 'layers',
      named: 'activation',
      same: `
        celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
        log_softmax mish relu relu6 selu sigmoid silu swish soft_shrink softmax softplus softsign sparse_plus
        sparse_sigmoid sparsemax squareplus tanh tanh_shrink threshold`,
    },
    {
      title: 'Initializers',
      from: 'layers',
      note: 'Without `input_axes` and `output_axes`: which axes are inputs and outputs follows from the shape.',
      same: `
        Constant GlorotNormal GlorotUniform HeNormal HeUniform LecunNormal LecunUniform Ones Orthogonal RandomNormal
        RandomUniform STFT TruncatedNormal VarianceScaling Zeros`,
      ours: {
        Identity: "IdentityInitializer: by name `'identity'`; `Identity` is the layer; without `gain`",
        OrthogonalInitializer: 'Orthogonal: Keras has both names',
        STFTInitializer: 'STFT',
      },
    },
    {
      title: 'Regularizers',
      from: 'layers',
      same: 'L1 L2 L1L2 OrthogonalRegularizer',
    },
    {
      title: 'Constraints',
      from: 'layers',
      same: 'MaxNorm MinMaxNorm NonNeg UnitNorm',
    },
    {
      title: 'Optimizers',
      from: 'optimizers',
      same: `
        Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Muon Nadam RMSprop SGD ScheduleFreeAdamW
        LossScaleOptimizer MultiOptimizer`,
      needless: { OptimizerMap: 'a helper of `MultiOptimizer`, which takes a list here' },
    },
    {
      title: 'Learning-rate schedules',
      from: 'optimizers',
      same: `
        CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay`,
      ours: { LearningRateSchedule: 'Schedule' },
    },
    {
      title: 'Losses',
      from: 'losses',
      same: `
        BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy CategoricalFocalCrossentropy
        CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLDivergence LogCosh
        MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
        SparseCategoricalCrossentropy SquaredHinge Tversky`,
    },
    {
      title: 'Metrics',
      from: 'metrics',
      same: `
        BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy
        CategoricalHinge ConcordanceCorrelation CosineSimilarity FalseNegatives FalsePositives Hinge
        IoU KLDivergence LogCoshError Mean MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanSquaredError
        MeanSquaredLogarithmicError OneHotIoU OneHotMeanIoU PearsonCorrelation Poisson Precision R2Score
        Recall RootMeanSquaredError SparseCategoricalAccuracy
        SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy SquaredHinge Sum
        TopKCategoricalAccuracy TrueNegatives TruePositives Metric`,
      ours: {
        Accuracy:
          'Accuracy: compares labels where predictions are whole numbers; of scores it takes the best, as the name `accuracy`',
        AUC: 'AUC: exact, without `numThresholds`; NaN where the area does not exist',
        'F1Score, FBetaScore':
          'F1Score, FBetaScore: a single column says yes above 0.5; in Keras always, unless there is a `threshold`',
        'PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity':
          'PrecisionAtRecall, RecallAtPrecision, SensitivityAtSpecificity, SpecificityAtSensitivity: exact, without `numThresholds`',
        MeanMetricWrapper: 'MeanMetric: the base of metrics that are the mean of a function',
        'huber, log_cosh, binary_focal_crossentropy, categorical_focal_crossentropy':
          'LossMetric: the base of metrics that are the mean of a loss; `LogCoshError` is there',
      },
    },
    {
      title: 'Callbacks',
      from: 'model',
      same: `
        BackupAndRestore CSVLogger EarlyStopping History LambdaCallback LearningRateScheduler ModelCheckpoint
        ReduceLROnPlateau RemoteMonitor SwapEMAWeights TensorBoard TerminateOnNaN`,
      ours: { ProgbarLogger: 'Progress: added by `fit` unless `verbose` is 0' },
      needless: {
        Callback: 'any object with some of the methods is a callback; the type is `Callback`',
        CallbackList: 'a list',
        OrbaxCheckpoint: 'a file format of JAX; `ModelCheckpoint` writes safetensors',
      },
    },
  ],
};
