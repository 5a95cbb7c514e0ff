import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Variant } from './build-variant.ts';
import { calibrateModel } from './calibrate/calibrate-model.ts';
import { ensureQuantized } from './ensure-quantized.ts';
import { QUANTIZABLE } from './models.ts';

const HELP = `npm run quantize -- [--models name,…] [--precision int8|fp32|fp16] [--classes latin|all] [--out folder] [--calibrate]

Makes variants of the fp32 models in gpu-service/models: without options each in the precision that is fastest on a CPU, in
the folder where the OCR service looks for them (OCR_QUANTIZED_DIR, or ~/.cache/recto/models).
--calibrate measures ranges and sensitive layers anew and writes gpu-service/quantize/recipes (minutes).
Models: ${QUANTIZABLE.map((model) => model.name).join(', ')}
`;

const { values } = parseArgs({
  options: {
    models: { type: 'string' },
    precision: { type: 'string' },
    classes: { type: 'string' },
    out: { type: 'string', default: process.env.OCR_QUANTIZED_DIR ?? path.join(homedir(), '.cache/recto/models') },
    calibrate: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const PRECISIONS: readonly string[] = ['fp32', 'int8', 'fp16'] satisfies Variant['precision'][];
const isPrecision = (value: string): value is Variant['precision'] => PRECISIONS.includes(value);
const isClasses = (value: string): value is Variant['classes'] => value === 'latin' || value === 'all';

async function main(): Promise<void> {
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const wanted = values.models?.split(',');
  const unknown = wanted?.find((name) => !QUANTIZABLE.some((model) => model.name === name));
  if (unknown !== undefined) throw new Error(`There is no model ${unknown}.\n${HELP}`);
  for (const model of QUANTIZABLE.filter(({ name }) => wanted === undefined || wanted.includes(name))) {
    if (values.calibrate) {
      const recipe = await calibrateModel(model, (line) => process.stdout.write(`  ${line}\n`));
      process.stdout.write(`${recipe} written\n`);
      continue;
    }
    const precision = values.precision ?? model.usual;
    const classes = model.kind === 'detector' ? 'all' : (values.classes ?? 'all');
    if (!isPrecision(precision) || !isClasses(classes))
      throw new Error(`A precision or class set is unknown.\n${HELP}`);
    const startedAt = performance.now();
    const files = await ensureQuantized({
      source: model.source,
      variant: { precision, classes },
      ...(model.keyFile === undefined ? {} : { keyFile: model.keyFile }),
      cacheDir: values.out,
    });
    const [before, after] = [await stat(model.source), await stat(files.model)];
    const seconds = (performance.now() - startedAt) / 1000;
    process.stdout.write(
      `${files.model}: ${megabytes(after.size)} of ${megabytes(before.size)} MB, ${seconds.toFixed(2)} s\n`,
    );
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
