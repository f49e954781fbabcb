export { compareAll } from "../../seq2seq/testing/compare-all.js";
export { ints, sentences, sourceOf, testContext } from "../../seq2seq/testing/test-context.js";
