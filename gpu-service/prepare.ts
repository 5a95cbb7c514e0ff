// Checks every model against the manifest and makes the quantized ones, so that an image starts without doing either:
// `node gpu-service/prepare.ts <folder> <cpu | gpu>`; OCR_QUANTIZED_DIR then names the folder, where the service cannot write.
import type { Plan } from './manager/plan.ts';
import { variantsIn } from './manager/variants.ts';
import { verifiedFiles } from './manager/verified-files.ts';
import { READER_IDS } from './ocr/models.ts';

const [folder, flavour] = process.argv.slice(2);
if (folder === undefined || (flavour !== 'cpu' && flavour !== 'gpu'))
  throw new Error('Say where to, and for what: node gpu-service/prepare.ts <folder> <cpu | gpu>');
const fail = (_level: string, message: string, fields: unknown): never => {
  throw new Error(`${message}: ${JSON.stringify(fields)}`);
};
/** All that a machine may choose or be told to, so that nothing has to be made when it starts. */
const plans: Pick<Plan, 'provider' | 'precision'>[] = [
  { provider: 'cpu', precision: 'int8' },
  { provider: 'cpu', precision: 'fp32' },
];
if (flavour === 'gpu') plans.push({ provider: 'cuda', precision: 'fp32' }, { provider: 'cuda', precision: 'fp16' });
for (const plan of plans)
  for (const id of READER_IDS) {
    const { version } = await verifiedFiles(id, variantsIn(folder, plan, fail));
    process.stdout.write(`${id}, ${plan.provider}: ${version}\n`);
  }
