import type { ExtractedField } from '../extraction-result.ts';
import type { FieldDef } from './catalogue/field-def.ts';
import type { Reading } from './readers.ts';
import { clip } from './text.ts';
import { VALIDATORS } from './validators.ts';
import { place, type Row } from './view.ts';

/** A field with its place and confidence; `how` 0 to 1 says how clearly the place means this field. */
export function makeField(
  field: Pick<FieldDef, 'name' | 'type' | 'validator'>,
  row: Row,
  reading: Reading,
  how: number,
): ExtractedField {
  const checked = field.validator === null ? null : VALIDATORS[field.validator](reading.value);
  const valid = reading.valid === false ? false : checked;
  const at = place(row, reading.start, reading.end);
  const judged = valid === true ? 1.04 : valid === false ? 0.55 : 1;
  return {
    name: field.name,
    type: field.type,
    raw: clip(row.text.slice(reading.start, reading.end), 1000),
    value: reading.value,
    confidence: bounded(how * reading.fit * judged * (0.5 + 0.5 * at.confidence)),
    valid,
    page: row.page,
    box: at.box,
  };
}

export const bounded = (confidence: number): number =>
  Math.round(Math.max(0, Math.min(0.99, confidence)) * 1000) / 1000;
