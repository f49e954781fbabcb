import type { PreparedReproduction, ReproducedConfig } from "./reproduction.js";

const tinyModel: Readonly<Record<string, number>> = {
  embeddingSize: 8,
  hiddenSize: 8,
  feedForwardSize: 8,
  heads: 2,
  layers: 1,
};

/** Pairs to train on, and pairs of the validation and of the test set. */
const sizes = { train: 32, held: 4 };

/** Makes a reproduction so small that it takes seconds: it checks that the command works. */
export function makeQuick({ config, pairs, validation, test }: PreparedReproduction): PreparedReproduction {
  const few = validation.slice(0, sizes.held);
  return {
    config: { ...quickConfig(config), data: { ...quickConfig(config).data, ...(pairs ? {} : { limit: sizes.train }) } },
    ...(pairs && { pairs: { train: pairs.train.slice(0, sizes.train), validation: few } }),
    validation: few,
    test: test.slice(0, sizes.held),
  };
}

function quickConfig({ recipe, model, data, training }: ReproducedConfig): ReproducedConfig {
  const tiny = Object.fromEntries(
    Object.entries(model).map(([key, value]) => [key, typeof value === "number" ? (tinyModel[key] ?? value) : value]),
  );
  const side = (options: unknown): Record<string, unknown> =>
    typeof options === "object" && options !== null && "vocabularySize" in options
      ? { ...options, vocabularySize: 300 }
      : { ...(options as Record<string, unknown> | undefined) };
  return {
    recipe,
    model: tiny,
    data: {
      ...data,
      sourceTokenizer: side(data.sourceTokenizer),
      targetTokenizer: side(data.targetTokenizer),
      maxUnknown: 1,
    },
    training: { ...training, epochs: Math.min(2, Number(training.epochs)) },
  };
}
