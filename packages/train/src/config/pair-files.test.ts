import { describe, expect, test } from "vitest";
import { ConfigError } from "./config-error.js";
import { resolveConfig } from "./run-config.js";

/** The issues of a data section of text. */
function faultsOf(data: Record<string, unknown>): ConfigError["issues"] {
  try {
    resolveConfig({ recipe: "bahdanau", data });
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
  return [];
}

describe("the files of a configuration", () => {
  const [ko, en, tsv, jsonl] = ["a.ko", "a.en", "a.tsv", "a.jsonl"];
  const wide = { header: true, sourceColumn: "ko", targetColumn: "en" };

  test.each<Record<string, unknown>>([
    { tokenizer: "word" },
    { source: ko, target: en, encoding: "euc-kr" },
    { tsv, sourceColumn: 2, targetColumn: 4 },
    { tsv, ...wide },
    { jsonl, sourceColumn: "ko" },
    { tsv, ...wide, validation: { tsv: "b.tsv" }, test: { jsonl } },
    { tsv, ...wide, validation: { tsv: "b.tsv", header: false, sourceColumn: 1, targetColumn: 2 } },
    { source: ko, target: en, validation: { source: ko, target: en }, test: { tsv } },
    { source: ko, target: en, validation: 200, maxDropped: 1, maxUnknown: 0 },
  ])("%j is allowed, and resolves to itself", (data) => {
    const config = resolveConfig({ recipe: "bahdanau", data });
    expect(config.data).toMatchObject(data);
    expect(resolveConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
  });

  test.each<[Record<string, unknown>, string, string]>([
    [
      { tsv, source: ko, target: en },
      "data",
      "one form: `source` and `target`, `tsv`, or `jsonl`; got `source` and `target` and `tsv`",
    ],
    [{ jsonl, source: ko }, "data", "got `source` and `target` and `jsonl`"],
    [{ tsv, jsonl }, "data", "got `tsv` and `jsonl`"],
    [{ target: en }, "data", "`source` and `target` belong together"],
    [{ source: ko, target: en, header: true }, "data.header", "only a `tsv` file has a header"],
    [{ jsonl, header: false }, "data.header", "only a `tsv` file has a header"],
    [{ source: ko, target: en, sourceColumn: 1 }, "data.sourceColumn", "only `tsv` and `jsonl` have columns"],
    [{ targetColumn: 1 }, "data.targetColumn", "only `tsv` and `jsonl` have columns"],
    [{ jsonl, targetColumn: 2 }, "data.targetColumn", '`jsonl` needs the key of the text, such as "source", got 2'],
    [
      { tsv, sourceColumn: "ko", targetColumn: "en" },
      "data.sourceColumn",
      '`header: true` needs the number of the column, from 1, got "ko"',
    ],
    [{ tsv, sourceColumn: 1 }, "data", "`sourceColumn` and `targetColumn` belong together"],
    [{ tsv, sourceColumn: 0, targetColumn: 1 }, "data.sourceColumn", "must be greater than 0"],
    [{ encoding: "euc-kr" }, "data.encoding", "only files have an encoding"],
    [{ tsv, encoding: "euckr" }, "data.encoding", 'must be a label of TextDecoder, got "euckr". Use "euc-kr".'],
    [{ tsv, test: { tsv, encoding: "nope" } }, "data.test.encoding", 'must be a label of TextDecoder, got "nope".'],
    [{ tsv: "" }, "data.tsv", 'expected the path of a file, got ""'],
    [{ tsv, validation: {} }, "data.validation", "name the files: `source` and `target`, `tsv`, or `jsonl`"],
    [{ tsv, test: { encoding: "euc-kr" } }, "data.test.encoding", "only files have an encoding"],
    [{ tsv, test: { source: ko } }, "data.test", "`source` and `target` belong together"],
    [{ tsv, validation: { tsv, header: true, jsonl } }, "data.validation", "got `tsv` and `jsonl`"],
    [{ tsv, ...wide, test: { tsv, header: false } }, "data.test.sourceColumn", "needs the number of the column"],
    [{ tokenizer: "word", test: { tsv } }, "data.test", "names files, so `data` must name those to train on"],
    [
      { tsv, validation: { tsv, tsvv: "b" } },
      "data.validation.tsvv",
      'data.validation has no key "tsvv". Did you mean "tsv"? Known: source, target, tsv, jsonl,',
    ],
    [{ tsv, validation: { tsv: 3 } }, "data.validation.tsv", "data.validation.tsv must be "],
    [{ tsv, validation: "b.tsv" }, "data.validation", "must be a number or "],
    [{ tsv, validation: -1 }, "data.validation", "must be greater than 0"],
    [{ tsv, validation: 1.5 }, "data.validation", "expected a whole number of pairs or a share below 1, got 1.5"],
    [{ validation: { tsv } }, "data.validation", "names files, so `data` must name those to train on"],
    [{ tsv, test: 3 }, "data.test", "data.test must be "],
    [{ tsv, maxDropped: 1.5 }, "data.maxDropped", "must be at most 1"],
    [{ tsv, maxUnknown: -0.1 }, "data.maxUnknown", "must be at least 0"],
  ])("%j is one fault", (data, path, message) => {
    const faults = faultsOf(data);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.path).toBe(path);
    expect(faults[0]?.message).toContain(message);
  });
});
