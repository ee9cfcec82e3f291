// Builds the browser's files: esbuild, names with a hash, .br and .gz beside each, one manifest. Called by script/assets.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "node_modules");
const out = join(here, "..", "static", "build");
const next = `${out}.next`;
const stylesheets = ["desk.css", "crew.css", "message.css", "map.css", "scan.css"].map((name) => join(here, "css", name));
const scripts = ["desk.ts", "crew.ts", "citizen.ts", "map.ts", "docs.ts", "scan.ts", "reader.ts"].map((name) => join(here, "ts", name));
const inlined = ["citizen.css"];
const target = ["chrome80", "safari13.1", "firefox78"];
// esbuild holds old Safari for unable to destructure because of one corner case that we do not write.
const supported = { destructuring: true };
const shared = { bundle: true, minify: true, target, supported, nodePaths: [modules], legalComments: "none", logLevel: "warning", write: false };
const images = { ".png": "dataurl", ".gif": "dataurl" };

const digest = (bytes, algorithm = "sha256") => createHash(algorithm).update(bytes);

async function put(name, bytes) {
  // The last level costs seconds on a megabyte and wins a few percent.
  const quality = bytes.length > 500_000 ? 9 : 11;
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  await writeFile(join(next, name), bytes);
  await writeFile(join(next, `${name}.br`), brotliCompressSync(bytes, brotli));
  await writeFile(join(next, `${name}.gz`), gzipSync(bytes, { level: 9 }));
}

async function putHashed(name, bytes) {
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}.${digest(bytes).digest("hex").slice(0, 10)}${name.slice(dot)}`;
  await put(hashed, bytes);
  return hashed;
}

async function bundles() {
  const made = await build({ ...shared, entryPoints: [...stylesheets, ...scripts], outdir: next, format: "esm", loader: images });
  const entries = {};
  for (const file of made.outputFiles) {
    const name = basename(file.path);
    entries[name] = await putHashed(name, Buffer.from(file.contents));
  }
  return entries;
}

/** The reader of the JSON API's description, as its makers built it; only without the name of its map, which is not there. */
async function swagger() {
  const entries = {};
  for (const [name, file] of [["swagger.js", "swagger-ui-bundle.js"], ["swagger.css", "swagger-ui.css"]]) {
    const text = await readFile(join(modules, "swagger-ui-dist", file), "utf8");
    entries[name] = await putHashed(name, Buffer.from(text.replace(/(\/\/|\/\*)# sourceMappingURL=.*$/m, "").trimEnd()));
  }
  return entries;
}

/** The decoder of the scanner, of the very version that its script was built for. */
async function decoder() {
  const bytes = await readFile(join(modules, "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
  return { "reader.wasm": await putHashed("reader.wasm", bytes) };
}

async function pictures() {
  const entries = {};
  for (const name of (await readdir(join(out, ".."))).filter((file) => file.endsWith(".svg"))) {
    const bytes = await readFile(join(out, "..", name));
    entries[name] = await putHashed(name, bytes);
  }
  return entries;
}

async function inlines() {
  const entryPoints = inlined.map((name) => join(here, "css", name));
  const made = await build({ ...shared, entryPoints, outdir: next });
  return Object.fromEntries(made.outputFiles.map((file) => {
    // The browser hashes the text between the tags as it stands, so no newline may be added on the way.
    const text = file.text.trim();
    return [basename(file.path), { text, sha256: `sha256-${digest(text).digest("base64")}` }];
  }));
}

/** The inside of every icon, old names included (they are files of their own), for the catalogue names icons as data. */
async function icons() {
  const folder = join(modules, "lucide-static", "icons");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".svg"));
  const inside = (svg) => svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "").replaceAll(" />", "/>");
  const read = async (file) => [file.slice(0, -4), inside(await readFile(join(folder, file), "utf8"))];
  return Object.fromEntries(await Promise.all(files.map(read)));
}

async function main() {
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  const manifest = { entries: { ...(await bundles()), ...(await swagger()), ...(await decoder()), ...(await pictures()) }, inline: await inlines() };
  await writeFile(join(next, "icons.json"), JSON.stringify(await icons()));
  await writeFile(join(next, "manifest.json"), JSON.stringify(manifest, null, 1));
  // Files another step has put there (fonts) are kept; what we made before is replaced in one move.
  const kept = (await readdir(out, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory());
  for (const entry of kept) await rename(join(out, entry.name), join(next, entry.name));
  await rm(out, { recursive: true, force: true });
  await rename(next, out);
}

await main();
