import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxTokenClassifier } from './onnx-token-classifier.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

const VOCABULARY = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'ask', 'joan', 'mil', '##ler', 'in', 'pune', '.'];
const LABELS = ['O', 'B-PER', 'I-PER', 'B-LOC', 'B-MISC'];
const LABEL_OF: Record<string, number> = { joan: 1, mil: 2, pune: 3, ask: 4 };

/** Protocol buffers, as far as ONNX needs them here: numbers, bytes and messages by field. */
const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)]);
const num = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, value: Iterable<number>): number[] => {
  const all = [...value];
  return [...varint((field << 3) | 2), ...varint(all.length), ...all];
};
const text = (field: number, value: string): number[] => bytes(field, Buffer.from(value));

/** A model of one node: the logits of a token are a row of a table. */
function gatherModel(): Uint8Array {
  const table = new Float32Array(VOCABULARY.length * LABELS.length);
  VOCABULARY.forEach((piece, id) => {
    table[id * LABELS.length + (LABEL_OF[piece] ?? 0)] = 5;
  });
  const info = (field: number, name: string, type: number, dims: (string | number)[]): number[] => {
    const shape = dims.flatMap((dim) => bytes(1, typeof dim === 'string' ? text(2, dim) : num(1, dim)));
    return bytes(field, [...text(1, name), ...bytes(2, bytes(1, [...num(1, type), ...bytes(2, shape)]))]);
  };
  const graph = [
    ...bytes(1, [...text(1, 'table'), ...text(1, 'input_ids'), ...text(2, 'logits'), ...text(4, 'Gather')]),
    ...text(2, 'rows'),
    ...bytes(5, [
      ...num(1, VOCABULARY.length),
      ...num(1, LABELS.length),
      ...num(2, 1),
      ...text(8, 'table'),
      ...bytes(9, new Uint8Array(table.buffer)),
    ]),
    ...info(11, 'input_ids', 7, [1, 'tokens']),
    ...info(12, 'logits', 1, [1, 'tokens', LABELS.length]),
  ];
  return Uint8Array.from([...num(1, 8), ...bytes(7, graph), ...bytes(8, num(2, 13))]);
}

const model = path.join(folder, 'model.onnx');
const vocabulary = path.join(folder, 'vocab.txt');
writeFileSync(model, gatherModel());
writeFileSync(vocabulary, VOCABULARY.join('\n'));
const options = {
  name: 'tiny',
  model,
  vocabulary,
  lowerCase: true,
  labels: LABELS,
  types: { PER: 'PERSON', LOC: 'LOCATION' },
};

describe('an ONNX token classifier', () => {
  it.each([512, 5])(
    'reads words in pieces and windows of %i tokens, and reports whole entities of known types',
    async (maxTokens) => {
      const engine = createOnnxTokenClassifier({ ...options, maxTokens });
      const said = 'Ask  Joàn Miller in Pune.';
      const [found = [], none] = await engine.recognize({ texts: [said, ''] });
      expect(found.map(({ type, start, end }) => [type, said.slice(start, end)])).toEqual([
        ['PERSON', 'Joàn Miller'],
        ['LOCATION', 'Pune'],
      ]);
      expect(found[0]).toMatchObject({ recognizer: 'tiny', why: 'model label PER' });
      expect(found[0]?.score).toBeGreaterThan(0.9);
      expect(none).toEqual([]);
    },
  );

  it('is unavailable without its file, with a vocabulary of another kind, or with other labels than the model has', async () => {
    const code = (changed: Partial<typeof options>) =>
      createOnnxTokenClassifier({ ...options, ...changed }).recognize({ texts: ['Joan'] });
    await expect(code({ model: '/nowhere.onnx' })).rejects.toMatchObject({ code: 'recognizer_unavailable' });
    await expect(code({ vocabulary: import.meta.filename })).rejects.toMatchObject({ code: 'recognizer_unavailable' });
    await expect(code({ labels: ['O'] })).rejects.toMatchObject({ code: 'recognizer_unavailable' });
  });
});
