// Parses every FILE as HCL and prints what they hold together: {block type: {label: {…}}} by file.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { createRequire } from "node:module";

const { parse } = createRequire(import.meta.url)("@cdktf/hcl2json");
const files = {};
for (const path of process.argv.slice(2)) {
  files[basename(path)] = await parse(path, await readFile(path, "utf8"));
}
console.log(JSON.stringify(files));
process.exit(0); // its WebAssembly keeps the process alive
