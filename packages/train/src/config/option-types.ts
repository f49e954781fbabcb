// Written from the schemas of the options. Edit those, then run `npx pnpm vitest run option-types -u`.
import type {
  AfterStepModelOptions,
  BeforeStepModelOptions,
  LuongModelOptions,
  PointerGeneratorModelOptions,
  RecurrentModelOptions,
  TransformerModelOptions,
} from "@heed/seq2seq";

/** Data of a synthetic task. */
export interface TaskDataOptions {
  /** Name of the synthetic task. Default: `"copy"`. */
  readonly task?: "add" | "copy" | "dates" | "numerals" | "reverse" | "romanize" | "sort" | (string & {}) | undefined;
  /** Number of samples to train on. Default: `2000`. */
  readonly train?: number | undefined;
  /** Number of samples to validate on. Default: `200`. */
  readonly validation?: number | undefined;
  /**
   * Number of samples to test on. The best model is evaluated on them once, after training. When it is above 0, no
   * source of the validation or test samples occurs in the training samples, and none occurs twice. Default: `0`.
   */
  readonly test?: number | undefined;
  /** Largest operand; the smallest is 0. Option of `add`. */
  readonly largest?: number | undefined;
  /** Number of different symbols: a, b, c, and so on. Option of `copy`, `reverse` and `sort`. Default: `8`. */
  readonly symbols?: number | undefined;
  /** Smallest number of symbols in a sample. Option of `copy`, `reverse` and `sort`. Default: `3`. */
  readonly minLength?: number | undefined;
  /** Largest number of symbols in a sample. Option of `copy`, `reverse` and `sort`. Default: `7`. */
  readonly maxLength?: number | undefined;
  /**
   * Language of the dates: korean, english, or both. Language of the words: korean, english, or both. Option of
   * `dates` and `numerals`.
   */
  readonly language?: "both" | "korean" | "english" | undefined;
  /** First year. Option of `dates`. */
  readonly firstYear?: number | undefined;
  /** Last year. Option of `dates`. */
  readonly lastYear?: number | undefined;
  /** Largest number of digits in a number. Option of `numerals`. */
  readonly maxDigits?: number | undefined;
  /** Smallest number of syllables in a sample. Option of `romanize`. */
  readonly minSyllables?: number | undefined;
  /** Largest number of syllables in a sample. Option of `romanize`. */
  readonly maxSyllables?: number | undefined;
}

/** Data that is text. */
export interface TextDataOptions {
  /** File with the source sentences, one a line. `-` is standard input. */
  readonly source?: string | undefined;
  /** File with their translations, line by line. */
  readonly target?: string | undefined;
  /** File with tab-separated columns, in place of two files. */
  readonly tsv?: string | undefined;
  /** File with a JSON object on each line, in place of two files. */
  readonly jsonl?: string | undefined;
  /**
   * Column of the source. In `tsv`: its number, from 1, or with `header` its name; default: the first of two
   * columns. In `jsonl`: the key; default: `source`.
   */
  readonly sourceColumn?: number | string | undefined;
  /**
   * Column of the target. In `tsv`: its number, from 1, or with `header` its name; default: the second of two
   * columns. In `jsonl`: the key; default: `target`.
   */
  readonly targetColumn?: number | string | undefined;
  /** Whether the first line of `tsv` has the names of the columns. Default: `false`. */
  readonly header?: boolean | undefined;
  /** Encoding of the files: any label of `TextDecoder`, such as `euc-kr`. Default: `utf-8`. */
  readonly encoding?: string | undefined;
  /**
   * File with the word alignments of `source` and `target`, a line for each pair, in Pharaoh format: `0-0 1-2`.
   * Positions are those of words that white space separates, from 0. Only sure links are used. For
   * `training.guidedAlignment`.
   */
  readonly alignments?: string | undefined;
  /** Name of the tokenizer of both sides. Default: `"word"`. */
  readonly tokenizer?: "bpe" | "character" | "unigram" | "whitespace" | "word" | (string & {}) | undefined;
  /**
   * Options of the tokenizer of the source, such as `locale`, `minFrequency` and `maxVocabulary`, and its `name`.
   * Default: `{}`.
   */
  readonly sourceTokenizer?:
    | {
        /** Name of the tokenizer, in place of `data.tokenizer`. */
        readonly name?: "bpe" | "character" | "unigram" | "whitespace" | "word" | (string & {}) | undefined;
        /** Largest size of the vocabulary, the special tokens included. Option of `bpe` and `unigram`. Default: `8000`. */
        readonly vocabularySize?: number | undefined;
        /**
         * Share of the characters of the training data that are tokens. The rarest characters are left out. Option of
         * `bpe` and `unigram`. Default: `0.9995`.
         */
        readonly coverage?: number | undefined;
        /**
         * Whether characters that are no tokens become bytes of UTF-8 (256 tokens) instead of <unk>. Option of `bpe` and
         * `unigram`. Default: `true`.
         */
        readonly byteFallback?: boolean | undefined;
        /**
         * Number of lines to train on. Of more lines, a random sample is taken. Option of `bpe` and `unigram`. Default:
         * `500000`.
         */
        readonly maxLines?: number | undefined;
        /**
         * With jamo, text is decomposed (Unicode NFD), so that tokens can be parts of Hangul syllables. Decoding
         * composes it. Option of `bpe` and `unigram`. Default: `"syllables"`.
         */
        readonly hangul?: "syllables" | "jamo" | undefined;
        /**
         * Pairs of tokens that occur less often in the training data are not merged. Tokens that occur less often in the
         * training data become <unk>. Parts of words that occur less often in the training data are no tokens, unless
         * they are characters. Default: `2` for `bpe`, `1` for `character`, `2` for `unigram`, `2` for `whitespace`, `2`
         * for `word`.
         */
        readonly minFrequency?: number | undefined;
        /**
         * Probability of leaving out a merge when a text is encoded with a generator (BPE dropout). Option of `bpe`.
         * Default: `0.1`.
         */
        readonly dropout?: number | undefined;
        /** Largest size of the vocabulary, the special tokens included. Option of `character`, `whitespace` and `word`. */
        readonly maxVocabulary?: number | undefined;
        /**
         * With a generator, encoding draws each segmentation with its probability to the power of alpha, normalized
         * (subword regularisation). Option of `unigram`. Default: `0.2`.
         */
        readonly alpha?: number | undefined;
        /** Language of the text, a BCP 47 tag such as ko. Option of `word`. Default: `"en"`. */
        readonly locale?: string | undefined;
      }
    | undefined;
  /** Options of the tokenizer of the target, as for the source. Default: `{}`. */
  readonly targetTokenizer?:
    | {
        /** Name of the tokenizer, in place of `data.tokenizer`. */
        readonly name?: "bpe" | "character" | "unigram" | "whitespace" | "word" | (string & {}) | undefined;
        /** Largest size of the vocabulary, the special tokens included. Option of `bpe` and `unigram`. Default: `8000`. */
        readonly vocabularySize?: number | undefined;
        /**
         * Share of the characters of the training data that are tokens. The rarest characters are left out. Option of
         * `bpe` and `unigram`. Default: `0.9995`.
         */
        readonly coverage?: number | undefined;
        /**
         * Whether characters that are no tokens become bytes of UTF-8 (256 tokens) instead of <unk>. Option of `bpe` and
         * `unigram`. Default: `true`.
         */
        readonly byteFallback?: boolean | undefined;
        /**
         * Number of lines to train on. Of more lines, a random sample is taken. Option of `bpe` and `unigram`. Default:
         * `500000`.
         */
        readonly maxLines?: number | undefined;
        /**
         * With jamo, text is decomposed (Unicode NFD), so that tokens can be parts of Hangul syllables. Decoding
         * composes it. Option of `bpe` and `unigram`. Default: `"syllables"`.
         */
        readonly hangul?: "syllables" | "jamo" | undefined;
        /**
         * Pairs of tokens that occur less often in the training data are not merged. Tokens that occur less often in the
         * training data become <unk>. Parts of words that occur less often in the training data are no tokens, unless
         * they are characters. Default: `2` for `bpe`, `1` for `character`, `2` for `unigram`, `2` for `whitespace`, `2`
         * for `word`.
         */
        readonly minFrequency?: number | undefined;
        /**
         * Probability of leaving out a merge when a text is encoded with a generator (BPE dropout). Option of `bpe`.
         * Default: `0.1`.
         */
        readonly dropout?: number | undefined;
        /** Largest size of the vocabulary, the special tokens included. Option of `character`, `whitespace` and `word`. */
        readonly maxVocabulary?: number | undefined;
        /**
         * With a generator, encoding draws each segmentation with its probability to the power of alpha, normalized
         * (subword regularisation). Option of `unigram`. Default: `0.2`.
         */
        readonly alpha?: number | undefined;
        /** Language of the text, a BCP 47 tag such as ko. Option of `word`. Default: `"en"`. */
        readonly locale?: string | undefined;
      }
    | undefined;
  /** Whether one tokenizer is trained on both sides, so that they can share an embedding. Default: `false`. */
  readonly sharedVocabulary?: boolean | undefined;
  /**
   * Whether text is changed to lower case before the tokenizer, by the rules of the tokenizer's locale. Default:
   * `false`.
   */
  readonly lowercase?: boolean | undefined;
  /**
   * Whether the training text is cut into tokens anew in each epoch, at random, by tokenizers that can do so: BPE
   * dropout, unigram sampling. Default: `false`.
   */
  readonly sampleSegmentation?: boolean | undefined;
  /**
   * Largest number of tokens on a side. Training and validation pairs with a longer side are left out and
   * reported. Default: that of each side's tokenizer.
   */
  readonly maxLength?: number | undefined;
  /** Number of pairs to use, from the beginning of the training data. Default: all. */
  readonly limit?: number | undefined;
  /**
   * Pairs to validate on: a number of pairs or a share in (0, 1), which are split off, or the files of a
   * validation set. Default: `0.05`.
   */
  readonly validation?:
    | number
    | {
        /** File with the source sentences, one a line. `-` is standard input. */ readonly source?: string | undefined;
        /** File with their translations, line by line. */
        readonly target?: string | undefined;
        /** File with tab-separated columns, in place of two files. */
        readonly tsv?: string | undefined;
        /** File with a JSON object on each line, in place of two files. */
        readonly jsonl?: string | undefined;
        /**
         * Column of the source. In `tsv`: its number, from 1, or with `header` its name; default: the first of two
         * columns. In `jsonl`: the key; default: `source`.
         */
        readonly sourceColumn?: number | string | undefined;
        /**
         * Column of the target. In `tsv`: its number, from 1, or with `header` its name; default: the second of two
         * columns. In `jsonl`: the key; default: `target`.
         */
        readonly targetColumn?: number | string | undefined;
        /** Whether the first line of `tsv` has the names of the columns. Default: `false`. */
        readonly header?: boolean | undefined;
        /** Encoding of the files: any label of `TextDecoder`, such as `euc-kr`. Default: `utf-8`. */
        readonly encoding?: string | undefined;
      }
    | undefined;
  /** Files of a test set. The best model is evaluated on it once, after training. */
  readonly test?:
    | {
        /** File with the source sentences, one a line. `-` is standard input. */ readonly source?: string | undefined;
        /** File with their translations, line by line. */
        readonly target?: string | undefined;
        /** File with tab-separated columns, in place of two files. */
        readonly tsv?: string | undefined;
        /** File with a JSON object on each line, in place of two files. */
        readonly jsonl?: string | undefined;
        /**
         * Column of the source. In `tsv`: its number, from 1, or with `header` its name; default: the first of two
         * columns. In `jsonl`: the key; default: `source`.
         */
        readonly sourceColumn?: number | string | undefined;
        /**
         * Column of the target. In `tsv`: its number, from 1, or with `header` its name; default: the second of two
         * columns. In `jsonl`: the key; default: `target`.
         */
        readonly targetColumn?: number | string | undefined;
        /** Whether the first line of `tsv` has the names of the columns. Default: `false`. */
        readonly header?: boolean | undefined;
        /** Encoding of the files: any label of `TextDecoder`, such as `euc-kr`. Default: `utf-8`. */
        readonly encoding?: string | undefined;
      }
    | undefined;
  /** Largest share of the pairs that may be left out because of `maxLength`. A run with more stops. Default: `0.1`. */
  readonly maxDropped?: number | undefined;
  /** Largest share of the training tokens of a side that may be unknown. A run with more stops. Default: `0.5`. */
  readonly maxUnknown?: number | undefined;
}

/** Options of training. */
export interface TrainingOptions {
  /** Largest number of passes over the training pairs. Default: `15`; for text: `40`. */
  readonly epochs?: number | undefined;
  /** Number of pairs in a batch. Default: `32`. */
  readonly batchSize?: number | undefined;
  /**
   * Largest number of positions in a batch, padding included, on the side that has more. Takes the place of
   * `batchSize`, which is then only the number of sentences that are decoded at a time.
   */
  readonly batchTokens?: number | undefined;
  /** Number of batches whose gradients are added before an update of the parameters. Default: `1`. */
  readonly accumulate?: number | undefined;
  /** Name of the optimizer. Default: `"adam"`. */
  readonly optimizer?: "adam" | "adamw" | "sgd" | (string & {}) | undefined;
  /** Options of the optimizer. Default: `{"betas":[0.9,0.999],"eps":1e-8,"weightDecay":0}`. */
  readonly optimizerOptions?:
    | {
        /**
         * β₁ and β₂, the decay rates of the means of the gradients and of their squares. Option of `adam` and `adamw`.
         * Default: `[0.9,0.999]`.
         */
        readonly betas?: readonly [number, number] | undefined;
        /** ε, added to the divisor. Option of `adam` and `adamw`. Default: `1e-8`. */
        readonly eps?: number | undefined;
        /** Factor of the weight decay. Default: `0` for `adam`, `0.01` for `adamw`, `0` for `sgd`. */
        readonly weightDecay?: number | undefined;
        /** Share of the last step that is repeated. Option of `sgd`. Default: `0`. */
        readonly momentum?: number | undefined;
        /** Whether to look ahead along the momentum. Option of `sgd`. Default: `false`. */
        readonly nesterov?: boolean | undefined;
      }
    | undefined;
  /** Largest learning rate of the schedule. Default: `0.001`. */
  readonly learningRate?: number | undefined;
  /**
   * Largest norm of all gradients together; larger ones are scaled down. `null`: no limit. Default: `null`; for
   * text: `1`.
   */
  readonly clipNorm?: number | null | undefined;
  /**
   * Share ε of the probability of each target token that is spread over all v tokens of the vocabulary, in [0, 1):
   * the target token has 1 − ε + ε / v, every other token ε / v, as in PyTorch. Padding does not count. Default:
   * `0`; for text: `0.1`.
   */
  readonly labelSmoothing?: number | undefined;
  /**
   * Weight of guided alignment, the cross-entropy of attention weights against known alignments, which
   * `data.alignments` or the task gives; 0: none. Default: `0`.
   */
  readonly guidedAlignment?: number | undefined;
  /**
   * Largest probability that the decoder reads its own most probable token rather than the target token before it;
   * 0: never. Default: `0`.
   */
  readonly scheduledSampling?: number | undefined;
  /**
   * Course of this probability: it reaches its largest value after `samplingSteps` steps, approaches it as 1 −
   * exp(−step / `samplingSteps`), or as 1 / (1 + k exp(−step / k)) with k = `samplingSteps`. Default: `"linear"`.
   */
  readonly samplingSchedule?: "linear" | "exponential" | "inverse-sigmoid" | undefined;
  /** Number of optimizer steps of `samplingSchedule`. Default: `1000`. */
  readonly samplingSteps?: number | undefined;
  /** Course of the learning rate after the warm-up. Default: `"constant"`. */
  readonly schedule?:
    | "constant"
    | "cosine"
    | "inverse-sqrt"
    | "linear"
    | "noam"
    | "plateau"
    | (string & {})
    | undefined;
  /** Options of the schedule. Default: `{}`. */
  readonly scheduleOptions?:
    | {
        /**
         * Learning rate that is reached one step after the last. Smallest learning rate. Option of `cosine` and
         * `plateau`. Default: `0`.
         */
        readonly lowest?: number | undefined;
        /** Size of the model's hidden vectors; the rate falls with its square root. Option of `noam`. Default: `512`. */
        readonly modelSize?: number | undefined;
        /** Factor of the learning rate. Option of `plateau`. Default: `0.5`. */
        readonly factor?: number | undefined;
        /** Number of epochs without a better `bestMetric` that are tolerated. Option of `plateau`. Default: `2`. */
        readonly patience?: number | undefined;
        /** Share of the best value by which another one must be better. Option of `plateau`. Default: `0.0001`. */
        readonly threshold?: number | undefined;
        /**
         * Number of epochs after a reduction in which epochs without a better value do not count. Option of `plateau`.
         * Default: `0`.
         */
        readonly cooldown?: number | undefined;
      }
    | undefined;
  /** Number of optimizer steps over which the learning rate rises from 0. Default: `0`. */
  readonly warmupSteps?: number | undefined;
  /**
   * Metric of the validation set that decides which epoch is best, when `patience` stops training, and when the
   * schedule `plateau` lowers the learning rate: `loss`, `accuracy` of tokens, or any metric, which is measured on
   * greedy translations after each epoch. Default: `"loss"`.
   */
  readonly bestMetric?:
    | "loss"
    | "accuracy"
    | "bleu"
    | "chrf"
    | "chrf-plus-plus"
    | "sequence-accuracy"
    | (string & {})
    | undefined;
  /**
   * Names of metrics that are measured on greedy translations of the validation set after each epoch, besides
   * `bestMetric`. Default: `[]`.
   */
  readonly validationMetrics?: readonly string[] | undefined;
  /**
   * Number of epochs without a better `bestMetric` after which training stops. `null`: never. Default: `null`; for
   * text: `5`.
   */
  readonly patience?: number | null | undefined;
  /**
   * Decay of the exponential moving average of the weights, in (0, 1), such as 0.999. The average is validated,
   * and kept as the best weights. `null`: none. Default: `null`.
   */
  readonly ema?: number | null | undefined;
  /** Number of steps between checkpoints within an epoch. `null`: one checkpoint after each epoch. Default: `null`. */
  readonly checkpointSteps?: number | null | undefined;
  /**
   * Number of last epochs whose weights stay in the run folder, to average them or to use one of them. Default:
   * `0`.
   */
  readonly keepCheckpoints?: number | undefined;
  /**
   * Whether one operation may compute all decoder steps, if the model has one. The results are the same up to
   * rounding. Default: `true`.
   */
  readonly fused?: boolean | undefined;
}

/** Model options of the recipes for tasks with meaning. */
export interface TaskModelOptions extends BeforeStepModelOptions {
  /** Size of the embedding of a token. Default: `32`. */
  readonly embeddingSize?: number | undefined;
  /** Size of a state of the encoder, in each direction, and of the decoder. Default: `64`. */
  readonly hiddenSize?: number | undefined;
  /** Whether a recurrent encoder reads the source in both directions. Default: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `bahdanau`. */
export interface BahdanauOptions extends BeforeStepModelOptions {
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `copy`. */
export interface CopyOptions extends BeforeStepModelOptions {
  /** Size of the embedding of a token. Default: `32`. */
  readonly embeddingSize?: number | undefined;
  /** Size of a state of the encoder, in each direction, and of the decoder. Default: `64`. */
  readonly hiddenSize?: number | undefined;
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `dot-rnn`. */
export interface DotRnnOptions extends AfterStepModelOptions {
  /** Kind of recurrent cell, in encoder and decoder. Default: `"rnn"`. */
  readonly cell?: "rnn" | "gru" | "lstm" | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
  /**
   * Whether source and target share one embedding. They must then share one vocabulary. Default: `true`; for text:
   * `false`.
   */
  readonly shareEmbedding?: boolean | undefined;
  /** Name of the scorer, which compares a query with the keys. Default: `"dot"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
}

/** Model options of the recipe `fixed-context`. */
export interface FixedContextOptions extends RecurrentModelOptions {
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `luong`. */
export interface LuongOptions extends LuongModelOptions {
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `multi-head`. */
export interface MultiHeadOptions extends BeforeStepModelOptions {
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
  /** Name of the scorer, which compares a query with the keys. Default: `"multi-head"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
  /** Whether a learned matrix projects the values to `hiddenSize`. Default: `true`. */
  readonly projectValues?: boolean | undefined;
  /** Whether a learned matrix projects the context to `hiddenSize`. Default: `true`. */
  readonly projectContext?: boolean | undefined;
}

/** Model options of the recipe `pointer-generator`. */
export interface PointerGeneratorOptions extends PointerGeneratorModelOptions {
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** Model options of the recipe `scaled-qkv`. */
export interface ScaledQkvOptions extends BeforeStepModelOptions {
  /** Whether a recurrent encoder reads the source in both directions. Default: `false`; for text: `true`. */
  readonly bidirectional?: boolean | undefined;
  /**
   * Probability of dropping a feature in training: between layers, and wherever no other option of dropout is set.
   * Default: `0`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
  /** Name of the scorer, which compares a query with the keys. Default: `"multi-head"`. */
  readonly scorer?:
    | "additive"
    | "bilinear"
    | "concat"
    | "cosine"
    | "coverage"
    | "dot"
    | "general"
    | "local-m"
    | "local-p"
    | "location"
    | "location-sensitive"
    | "multi-head"
    | "scaled-dot"
    | (string & {})
    | undefined;
  /** Number of heads, for scorers that have heads. Default: `1`. */
  readonly heads?: number | undefined;
  /** Whether a learned matrix projects the values to `hiddenSize`. Default: `true`. */
  readonly projectValues?: boolean | undefined;
}

/** Model options of the recipe `transformer`. */
export interface TransformerOptions extends TransformerModelOptions {
  /**
   * Probability of dropping a feature in training: of the result of each part, and wherever no other option of
   * dropout is set. Default: `0.1`; for text: `0.2`.
   */
  readonly dropout?: number | undefined;
}

/** The model options of each built-in recipe. */
export interface RecipeModelOptions {
  /** The sum of two numbers up to 999: each digit looks at two digits, and at what is carried. */
  readonly add: TaskModelOptions;
  /** Additive attention before the decoder's step, from its previous state; the context joins the input. */
  readonly bahdanau: BahdanauOptions;
  /** The copy lesson: eight letters, additive attention, a diagonal heatmap after a minute. */
  readonly copy: CopyOptions;
  /** Dates in Korean and English to ISO 8601: the model looks for year, month and day, wherever they stand. */
  readonly dates: TaskModelOptions;
  /** Elman networks with one shared embedding; dot-product attention after the decoder's step. */
  readonly "dot-rnn": DotRnnOptions;
  /** No attention: the decoder starts from the encoder's last state and sees nothing else of the source. */
  readonly "fixed-context": FixedContextOptions;
  /** Attention after the decoder's step, mixed with the state into an attentional state; input feeding on demand. */
  readonly luong: LuongOptions;
  /** Four heads side by side before the decoder's step, each with its own part of queries, keys and values. */
  readonly "multi-head": MultiHeadOptions;
  /** Numbers from 0 to 9,999 between digits and words, in Korean and English. */
  readonly numerals: TaskModelOptions;
  /** Generates each word from the vocabulary or copies it from the source, also words that are in no vocabulary. */
  readonly "pointer-generator": PointerGeneratorOptions;
  /** Hangul to Latin letters: two letters next to each other change each other's sound. */
  readonly romanize: TaskModelOptions;
  /** Scaled dot products of learned queries and keys before the decoder's step; learned values join the input. */
  readonly "scaled-qkv": ScaledQkvOptions;
  /** Self-attention in place of recurrence: four heads, two layers, a cache for decoding step by step. */
  readonly transformer: TransformerOptions;
}
