import { expect, test } from "vitest";
import { taskDataSchema, textDataSchema } from "../config/data-schema.js";
import { normalizer } from "./normalizer.js";

const data = (options: Record<string, unknown>) => textDataSchema.parse({ tsv: "a.tsv", lowercase: true, ...options });

test("lower-cases by the locale of the side's tokenizer", () => {
  const turkish = data({ sourceTokenizer: { locale: "tr" } });
  expect(normalizer(turkish, "source")("IŞIK")).toBe("ışık");
  expect(normalizer(turkish, "target")("IS")).toBe("is");
  const shared = data({ sharedVocabulary: true, sourceTokenizer: { locale: "tr" } });
  expect(normalizer(shared, "target")("I")).toBe("ı");
});

test("changes nothing of a task, or without lowercase", () => {
  expect(normalizer(taskDataSchema.parse({ task: "copy" }), "source")("A")).toBe("A");
  expect(normalizer(data({ lowercase: false }), "source")("A")).toBe("A");
});

test("a malformed locale is refused", () => {
  expect(() => normalizer(data({ targetTokenizer: { locale: "k o" } }), "target")).toThrow(
    'data.targetTokenizer.locale must be a BCP 47 language tag such as "ko", got "k o".',
  );
});
