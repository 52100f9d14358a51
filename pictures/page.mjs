// Writes a page as GitHub shows it, for a browser to take a picture of.
//
// usage: node page.mjs <folder with node_modules> log <name> <job> <what the demo says>
//        node page.mjs <folder with node_modules> summary <name> <summary in Markdown>

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, kind, name, ...rest] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/package.json`));

const escaped = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

// Charts are drawn by then: a browser that takes pictures lets time fly.
const HEIGHT = `<script>setTimeout(() => {
  document.documentElement.dataset.height = String(Math.ceil(document.body.getBoundingClientRect().height));
}, 8000);</script>`;

const page = (head, body) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(name)}</title>${head}</head>` +
  `<body>${body}${HEIGHT}</body></html>`;

// --- the log of a job ----------------------------------------------------------

// What the demo says of one job: the lines behind its bar, and how it ended.
function logOf(job, said) {
  const lines = said.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`--- Job ${job} starts`));
  const end = lines.findIndex((line, at) => at > start && /^--- Job \S+ is /.test(line));
  if (start < 0 || end < 0) throw new Error(`there is no job ${job}`);
  const log = lines.slice(start, end).filter((line) => line.startsWith("  |"));
  return { log: log.map((line) => line.slice(4)), green: lines[end].includes("green") };
}

// GitHub folds groups; the one that people open is the deployment, and what was found out about it.
const OPEN = ["Deployment", "What was found"];

function rows(log) {
  const rows = [];
  let group = null;
  for (const line of log) {
    if (line.startsWith("> ")) {
      group = line.slice(2);
      const open = OPEN.includes(group);
      rows.push({ text: group, mark: open ? "▾" : "▸" });
    } else if (group !== null && line.startsWith("  ")) {
      if (OPEN.includes(group)) rows.push({ text: line, mark: "" });
    } else {
      group = line.startsWith(" ") ? group : null;
      rows.push({ text: line, mark: "" });
    }
  }
  return rows;
}

const STYLE_OF_LOGS = `
  body { margin: 0; background: #0d1117; color: #e6edf3; font: 12px/20px "DejaVu Sans Mono", monospace; }
  header { padding: 14px 20px; border-bottom: 1px solid #30363d; font: 600 15px "Liberation Sans", sans-serif; }
  .step { padding: 10px 20px; font: 13px "Liberation Sans", sans-serif; background: #161b22; }
  .green { color: #3fb950; } .red { color: #f85149; }
  ol { list-style: none; margin: 8px 0; padding: 0; counter-reset: line; }
  li { counter-increment: line; display: flex; white-space: pre-wrap; overflow-wrap: anywhere; padding-right: 20px; }
  li::before { content: counter(line); flex: none; width: 44px; padding-right: 16px; text-align: right; color: #6e7681; }
  .mark { flex: none; width: 16px; color: #8b949e; }
  .group { color: #8b949e; }
`;

function logPage(job, said) {
  const { log, green } = logOf(job, said);
  const [colour, sign, verdict] = green ? ["green", "✓", "succeeded"] : ["red", "✗", "failed"];
  const lines = rows(log).map(({ text, mark }) => {
    const failed = /^(\S+ +)?GG\d+: /.test(text) ? "red" : "";
    const kind = mark ? "group" : failed;
    return `<li><span class="mark">${mark}</span><span class="${kind}">${escaped(text)}</span></li>`;
  });
  const head = `<style>${STYLE_OF_LOGS}</style>`;
  const body =
    `<header>${escaped(job)} <span class="${colour}">${verdict}</span></header>` +
    `<div class="step"><span class="${colour}">${sign}</span> &nbsp;Run greengate/greengate</div>` +
    `<ol>${lines.join("")}</ol>`;
  return page(head, body);
}

// --- the summary of a job ------------------------------------------------------

async function summaryPage(markdown) {
  const { marked } = await import(pathToFileURL(require.resolve("marked")));
  const css = readFileSync(require.resolve("github-markdown-css/github-markdown-light.css"), "utf8");
  const mermaid = readFileSync(require.resolve("mermaid/dist/mermaid.min.js"), "utf8");
  const renderer = new marked.Renderer();
  const usual = renderer.code;
  renderer.code = function (block) {
    if (block.lang === "mermaid") return `<pre class="mermaid">${escaped(block.text)}</pre>`;
    return usual.call(this, block);
  };
  const html = marked.parse(markdown, { gfm: true, renderer });
  const head = `<style>${css} body { margin: 0; padding: 24px 40px; background: #fff; }
    .markdown-body { font-family: "Liberation Sans", sans-serif; font-size: 14px; }
    .markdown-body pre.mermaid { background: #fff; padding: 0; }</style><script>${mermaid}</script>`;
  const start = "<script>mermaid.initialize({ startOnLoad: true, gantt: { useWidth: 980 } });</script>";
  return page(head, `<article class="markdown-body">${html}</article>${start}`);
}

const text = readFileSync(rest.at(-1), "utf8");
process.stdout.write(kind === "log" ? logPage(rest[0], text) : await summaryPage(text));
