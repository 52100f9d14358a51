// Reads charts as Mermaid does: a JSON list of texts comes in, and for each of them the kind of its
// chart or what Mermaid says against it goes out.
//
// usage: node parse.mjs <folder with node_modules>

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.argv[2]}/package.json`));
const { JSDOM } = require("jsdom");

// Mermaid cleans texts with the means of a browser.
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;

const { default: mermaid } = await import(pathToFileURL(require.resolve("mermaid")));
mermaid.initialize({ securityLevel: "strict" });

const charts = JSON.parse(readFileSync(0, "utf8"));
const read = [];
for (const chart of charts) {
  try {
    const { diagramType } = await mermaid.parse(chart);
    read.push({ kind: diagramType });
  } catch (error) {
    read.push({ error: String(error.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(read));
