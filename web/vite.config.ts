import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const ENTRIES: Record<string, string> = { app: "src/app.ts", viewer: "src/viewer/main.ts" };

/** The geometry worker of @thatopen/fragments runs as its own file, so that a strict CSP (worker-src 'self') can allow it. */
function fragmentsWorker(): Plugin {
  return {
    name: "fragments-worker",
    closeBundle() {
      copyFileSync(at("node_modules/@thatopen/fragments/dist/Worker/worker.min.mjs"), at("dist/hezhu/fragments-worker.mjs"));
      rmSync(at("dist/hezhu/worker.mjs"), { force: true }); // the package's own fallback, which the viewer never asks for
    },
  };
}

/** One self-contained script per mode (`--mode app`, `--mode viewer`): stable names, no shared chunks to fall out of step. */
export default defineConfig(({ mode }) => {
  const entry = ENTRIES[mode];
  if (!entry) throw new Error(`--mode must be one of ${Object.keys(ENTRIES).join(", ")}`);
  const viewer = mode === "viewer";
  const alias: Record<string, string> = viewer ? { "web-ifc": at("src/viewer/no-ifc-parser.ts") } : {};
  return {
    base: "./",
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: viewer ? [fragmentsWorker()] : [],
    // Reading IFC happens in a Node job; the browser only opens the result and needs no IFC parser.
    resolve: { alias },
    build: {
      outDir: "dist/hezhu",
      emptyOutDir: !viewer,
      copyPublicDir: !viewer,
      target: "es2022",
      chunkSizeWarningLimit: 2500,
      rolldownOptions: {
        checks: {
          eval: false, // htmx holds an eval that config.allowEval=false never reaches
          importIsUndefined: false, // the parser's constants, see the alias above
          pluginTimings: false,
        },
        input: { [mode]: at(entry) },
        output: { entryFileNames: "[name].js", assetFileNames: "[name][extname]" },
      },
    },
  };
});
