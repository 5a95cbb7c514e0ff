import path from 'node:path';
import type { Variant } from './build-variant.ts';

const FOLDER = path.join(import.meta.dirname, '../models');
const file = (name: string): string => path.join(FOLDER, name);

export interface QuantizableModel {
  name: string;
  source: string;
  kind: 'detector' | 'recognizer';
  keyFile?: string;
  /** The precision that is fastest on a CPU while F1 stays within half a point. */
  usual: Variant['precision'];
}

/** The models that the tool knows how to feed. */
export const QUANTIZABLE: readonly QuantizableModel[] = [
  { name: 'PP-OCRv6_tiny_det', source: file('PP-OCRv6_tiny_det.onnx'), kind: 'detector', usual: 'fp32' },
  {
    name: 'PP-OCRv6_tiny_rec',
    source: file('PP-OCRv6_tiny_rec.onnx'),
    kind: 'recognizer',
    keyFile: file('ppocrv6_tiny_dict.txt'),
    usual: 'fp32',
  },
  {
    name: 'PP-OCRv6_small_rec',
    source: file('PP-OCRv6_small_rec.onnx'),
    kind: 'recognizer',
    keyFile: file('ppocrv6_dict.txt'),
    usual: 'int8',
  },
];
