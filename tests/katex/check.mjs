// Reads formulas.json, a list of {cell, latex}, and gives each to KaTeX in strict mode.
// usage: node check.mjs [FILE]    (cargo run --example gallery -- FOLDER writes the file)
import { readFileSync } from "node:fs";
import katex from "katex";

const file = process.argv[2] ?? "formulas.json";
const formulas = JSON.parse(readFileSync(file, "utf8"));
let failed = 0;
for (const { cell, latex } of formulas) {
  try {
    katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: unicodeText });
  } catch (error) {
    failed += 1;
    console.error(`${cell}\n  ${latex}\n  ${error.message}`);
  }
}
console.log(`${formulas.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 && formulas.length > 0 ? 0 : 1);

// Unicode text in formulas is fine; everything else that KaTeX warns of is an error.
function unicodeText(code) {
  return code === "unicodeTextInMathMode" ? "ignore" : "error";
}
