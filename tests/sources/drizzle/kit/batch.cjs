// node batch.cjs FILES.json ESBUILD MODULES: what drizzle-kit makes of each of many schema files, in one process, as JSON.
// MODULES is the folder with drizzle-kit and drizzle-orm; a file at which drizzle-kit stops gives its reason instead.
const fs = require("node:fs");
const path = require("node:path");
const Module = require("node:module");

const [list, esbuild, modules] = process.argv.slice(2);
const from = Module.createRequire(path.join(modules, "_.js"));
const { transformSync } = require(esbuild);
const next = fs.existsSync(path.join(modules, "drizzle-kit", "api-postgres.js"));
const { generateDrizzleJson, generateMigration } = from(next ? "drizzle-kit/api-postgres" : "drizzle-kit/api");

const said = [];
console.log = (...words) => said.push(words.join(" "));
console.warn = console.error = console.log;
process.exit = () => {
  throw new Error(said.join(" ").slice(-500));
};

function load(file) {
  const { code } = transformSync(fs.readFileSync(file, "utf8"), { loader: "ts", format: "cjs", target: "es2020" });
  const loaded = { exports: {} };
  new Function("module", "exports", "require", code)(loaded, loaded.exports, from);
  return loaded.exports;
}

(async () => {
  const results = {};
  for (const file of JSON.parse(fs.readFileSync(list, "utf8"))) {
    said.length = 0;
    try {
      const [empty, full] = [await generateDrizzleJson({}), await generateDrizzleJson(load(file))];
      results[file] = { statements: await generateMigration(empty, full) };
    } catch (error) {
      results[file] = { stops: String(error?.message ?? error).slice(0, 500) };
    }
  }
  fs.writeFileSync(`${list}.answer`, JSON.stringify(results));
})();
