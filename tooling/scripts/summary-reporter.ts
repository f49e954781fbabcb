import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** What a step of the test command counted: written as JSON to the file that `HEED_SUMMARY` names. */
export interface Summary {
  passed: number;
  failed: number;
  /** What did not run, each in words, with the reason. */
  skipped: string[];
}

function describeSkip(test: TestCase): string {
  const result = test.result();
  const reason = result.state === "skipped" && result.note ? `: ${result.note}` : "";
  return `${relative(process.cwd(), test.module.moduleId)}: ${test.fullName}${reason}`;
}

/** Counts the tests for the last line of the test command, and says which did not run and why. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const file = process.env.HEED_SUMMARY;
    if (!file) return;
    const summary: Summary = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      // A file that could not be loaded has no tests to count, but it has failed.
      summary.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") summary.passed += 1;
        else if (state === "skipped") summary.skipped.push(describeSkip(test));
        else summary.failed += 1;
      }
    }
    writeFileSync(file, JSON.stringify(summary));
  }
}
