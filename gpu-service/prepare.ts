// Checks every model against the manifest and makes the quantized ones, so that an image starts without doing either:
// `node gpu-service/prepare.ts <folder>`, which OCR_QUANTIZED_DIR then names.
import { variantsIn } from './manager/variants.ts';
import { verifiedFiles } from './manager/verified-files.ts';
import { READER_IDS } from './ocr/models.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say where to: node gpu-service/prepare.ts <folder>');
const fail = (_level: string, message: string, fields: unknown): never => {
  throw new Error(`${message}: ${JSON.stringify(fields)}`);
};
const substitute = variantsIn(folder, { provider: 'cpu', precision: 'int8' }, fail);
for (const id of READER_IDS) process.stdout.write(`${id}: ${(await verifiedFiles(id, substitute)).version}\n`);
