import { describe, expect, it } from "vitest";
import { curve } from "./curve.js";
import { heatmap } from "./heatmap.js";
import { toHtml } from "./to-html.js";

describe("toHtml", () => {
  it("writes a self-contained page with the picture and its numbers", async () => {
    const html = await toHtml(
      heatmap({ weights: [[0.25, 0.75]], source: ["나는", "<eos>"], target: ["i"], title: "A & B" }),
      { lang: "ko" },
    );
    expect(html).toMatch(/^<!doctype html>\n<html lang="ko">/);
    expect(html).toContain("<title>A &amp; B</title>");
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
    expect(html).toMatch(/<svg[^>]* role="img"><title>A &amp; B<\/title><desc>/);
    expect(html).toContain('<th scope="col">나는</th><th scope="col">&lt;eos&gt;</th>');
    expect(html).toContain('<tr><th scope="row">i</th><td>0.2500</td><td>0.7500</td></tr>');
    expect(html).not.toMatch(/<script|src=|<link|url\(http/);
  });

  it("lists the points of a curve by x, with a gap where a line has none", async () => {
    const html = await toHtml(
      curve({
        series: [
          {
            name: "train",
            points: [
              { x: 1, y: 2 },
              { x: 2, y: 1 },
            ],
          },
          { name: "valid", points: [{ x: 2, y: 1.5 }] },
        ],
        xLabel: "epoch",
        yLabel: "loss",
      }),
    );
    expect(html).toContain('<html lang="en">');
    expect(html).toContain('<tr><th scope="row">1</th><td>2</td><td></td></tr>');
    expect(html).toContain('<tr><th scope="row">2</th><td>1</td><td>1.5</td></tr>');
  });
});
