import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The geometry worker of @thatopen/fragments runs as its own file, so that a strict CSP (worker-src 'self') can allow it. */
function fragmentsWorker(): Plugin {
  return {
    name: "fragments-worker",
    closeBundle() {
      mkdirSync(at("dist/hezhu"), { recursive: true });
      copyFileSync(at("node_modules/@thatopen/fragments/dist/Worker/worker.min.mjs"), at("dist/hezhu/fragments-worker.mjs"));
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [fragmentsWorker()],
  build: {
    outDir: "dist/hezhu",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 2500,
    rolldownOptions: {
      checks: { eval: false }, // htmx holds an eval that config.allowEval=false never reaches
      input: { app: at("src/app.ts"), viewer: at("src/viewer/main.ts") },
      output: { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
