import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { RectoError } from '../../domain/errors.ts';
import { decodeModel } from '../../domain/redaction/ner/file.ts';
import { learnedNames } from '../../domain/redaction/ner/recognize.ts';
import type { Recognizer } from '../../domain/redaction/recognizer.ts';

const LEARNED_MODEL = path.join(import.meta.dirname, 'names.model.gz');

/** The recognizer of names of the model file. Errors: `recognizer_unavailable`. */
export async function loadLearnedNames(file = LEARNED_MODEL): Promise<Recognizer> {
  try {
    return learnedNames(decodeModel(await promisify(gunzip)(await readFile(file))));
  } catch (cause) {
    throw new RectoError(
      'recognizer_unavailable',
      'The model that finds names cannot be read, and redaction without it would leave them in. Install Recto anew, or restore the file.',
      { cause },
    );
  }
}
