import type { ExtractedField } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { joinLines } from './locate.ts';
import { clip, fold } from './text.ts';
import { place, type Row, unite } from './view.ts';

/** Lines at the top of a page that may name the one who issued it. */
const HEAD_LINES = 22;

interface HeadLine {
  row: Row;
  start: number;
  end: number;
  text: string;
  folded: string;
}

const LEGAL =
  /(?:^|[\s,(])(?:sdn\.? ?bhd|s\/b|bhd|ltd|limited|inc|incorporated|llc|llp|plc|corp(?:oration)?|co\.? ltd|pte\.? ltd|pty\.? ltd|gmbh(?: & co\.? kg)?|ag|kg|ohg|e\.? ?k|ug|s\.?a\.?r\.?l|sas|sa|s\.?l\.?u?|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|oy|ab|a\/s|aps|enterprise|trading|sp\. z o\.o)\.?(?=$|[\s,(\]])/;
const NOISE =
  /^(?:tax )?invoice\b|^simplified|^(?:official |cash |sales |duplicate )?(?:receipt|bill)\b|^cash sales?|^duplicate|^welcome|^copy|^reprint|^original|^order|^purchase order|^statement|^page\b|^thank|^date\b|^rechnung|^facture|^factura|^quittung|^\W*$/;
const STOP =
  /^\W*(?:tel|phone|fax|telefon|hp\b|mobile|h\/p|e-?mail|www|http|website|cashier|table|date|time|bill ?(?:no|to|date)|doc|inv(?:oice)?\b|receipt|rcpt|station|pos\b|trn|chk|pax|terminal|slip|staff|served|qty|item|description|code\b|opening h|business h|no ?: ?\d{4,}|order ?(?:no|#)|customer|ship to|sold to|facebook|hotline|attn|member)|@|\btax invoice\b|\d{1,2}:\d\d/;
const REGISTRATION =
  /\b(?:gst|sst|vat|ust|roc|brn|br|tin|abn)\b.{0,12}(?:no|id|reg|#|:|=)|\b(?:co|company|reg(?:istration)?|business|tax)\b\.? ?(?:reg\.?|registration|id)? ?(?:no|#|number)\b|^\W*(?:no\.? ?)?\(?[a-z]{0,3}\d{5,}(?:-[a-z0-9]{1,2})?\)?\W*$|^\W*\(?(?:no\.? ?)?\d{3,}-[a-z]\)?\W*$|^gst\b/;
const STREET =
  /\b(?:jalan|jln|lorong|lrg|taman|tmn|lot|seksyen|bandar|kampung|kg|persiaran|lebuh|plaza|wisma|menara|pusat|street|str?|road|rd|avenue|ave|boulevard|blvd|lane|ln|drive|dr|highway|hwy|suite|ste|floor|flr|level|unit|block|blk|bldg|building|tower|mall|park|square|court|p\.? ?o\.? box|strasse|weg|platz|allee|gasse|rue|chemin|place|quai|calle|avenida|plaza|paseo|via|piazza|km|ground|centre|center)\b|strasse\b|str\.|(?:ufer|damm|gasse|allee|platz|weg) \d|^(?:no|lot|hq add|address)\b\.? ?:? ?[\da-z]/;
const POSTCODE = /\b\d{5}(?:-\d{4})?\b|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b|\b\d{4} \p{L}{3,}|\b[a-z]{2} \d{5}\b/u;

function headLines(rows: readonly Row[], bySegment: boolean): HeadLine[] {
  const first = rows[0]?.page;
  const lines: HeadLine[] = [];
  for (const row of rows) {
    if (row.page !== first || lines.length >= HEAD_LINES) break;
    const spans = bySegment ? row.segments : [{ start: 0, end: row.text.length }];
    for (const { start, end } of spans) {
      const text = row.text
        .slice(start, Math.min(end, start + 200))
        .replace(/\s+/g, ' ')
        .trim();
      lines.push({ row, start, end, text, folded: fold(text) });
    }
  }
  return lines;
}

const letters = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;
const nameLike = (line: HeadLine): boolean =>
  letters(line.text) >= 3 &&
  letters(line.text) * 2 > line.text.length &&
  !NOISE.test(line.folded) &&
  !STOP.test(line.folded) &&
  !REGISTRATION.test(line.folded);

/** The name alone: numbering before it, registration numbers and ownership words around it dropped. */
export const cleanName = (text: string): string =>
  clip(
    text
      .replace(/^\s*[#*.:\-–_]*\s*(?:#?\d{4,}\s+)?/, '')
      .replace(/^(?:own(?:ed)? by|operated by|managed by|sold by|from)\s*:?\s*/i, '')
      .replace(/\s*[([](?:no\.?\s*|co\.?\s*no\.?\s*)?:?\s*[A-Z]{0,3}\d[\dA-Z -]{3,}[)\]]?\s*\.?$/i, '')
      .replace(/\s+\d{4,}-[A-Z]$/i, '')
      .replace(/[\s,.:;*_-]+$/, '')
      .trim(),
    200,
  );

function findName(lines: readonly HeadLine[]): { from: number; to: number; sure: number } | null {
  const limit = lines.findIndex(
    (line, index) => index > 0 && /^\W*(?:tel|phone|cashier|bill to|sold to|ship to)/.test(line.folded),
  );
  const head = limit < 0 ? lines : lines.slice(0, Math.max(limit, 3));
  for (const [index, line] of head.entries()) {
    const legal = LEGAL.exec(line.folded);
    if (legal === null || letters(line.text) < 3 || STOP.test(line.folded) || NOISE.test(line.folded)) continue;
    if (STREET.test(line.folded) && POSTCODE.test(line.folded)) continue;
    // The legal form alone, or after a single generic word, belongs to the name on the line above.
    const before = line.folded.slice(0, legal.index).trim();
    const above = head[index - 1];
    const short =
      before === '' ||
      /^(?:restaurant|restoran|holdings?|group|trading|enterprise|company|and co|& co|co|international|industries|services?)$/.test(
        before,
      );
    if (short && above !== undefined && nameLike(above)) return { from: index - 1, to: index, sure: 0.93 };
    return { from: index, to: index, sure: 0.93 };
  }
  for (const [index, line] of head.entries()) {
    if (index > 7 || !nameLike(line) || (STREET.test(line.folded) && /\d/.test(line.text))) continue;
    const next = head[index + 1];
    const afterNext = head[index + 2];
    const joined =
      next !== undefined &&
      nameLike(next) &&
      !/[\d,]/.test(next.text) &&
      !STREET.test(next.folded) &&
      letters(line.text) + letters(next.text) <= 40 &&
      next.row.box[1] - line.row.box[3] < line.row.height * 0.9 &&
      next.row.height > line.row.height * 0.75 &&
      afterNext !== undefined &&
      (REGISTRATION.test(afterNext.folded) || STREET.test(afterNext.folded) || /\d/.test(afterNext.text));
    return { from: index, to: joined ? index + 1 : index, sure: joined ? 0.6 : index === 0 ? 0.75 : 0.68 };
  }
  return null;
}

/** `Card: 4111…`, `Home address: …`: another field's line, save for words of an address. */
const OTHER_LABEL = /^(?!(?:(?:hq )?add(?:ress)?|no|lot|unit|block|blk|hq|branch)\b)\p{L}[\p{L} .]{1,24}:\s/u;

function isAddressLine(line: HeadLine): boolean {
  if (OTHER_LABEL.test(line.folded)) return false;
  if (STOP.test(line.folded) || REGISTRATION.test(line.folded) || NOISE.test(line.folded)) return false;
  return STREET.test(line.folded) || (POSTCODE.test(line.folded) && letters(line.text) >= 2);
}

/** The run of address lines: from the first to the last that has a street or post code, with what stands between and one place name after. */
function findAddress(lines: readonly HeadLine[], after: number): HeadLine[] {
  const usable = (line: HeadLine | undefined): line is HeadLine =>
    line !== undefined &&
    letters(line.text) >= 2 &&
    !OTHER_LABEL.test(line.folded) &&
    !STOP.test(line.folded) &&
    !REGISTRATION.test(line.folded) &&
    !NOISE.test(line.folded);
  const start = lines.findIndex((line, index) => index > after && isAddressLine(line));
  if (start < 0) return [];
  const run: HeadLine[] = [];
  for (let i = start; i < lines.length && run.length < 7; i++) {
    const line = lines[i];
    const last = run.at(-1);
    if (!usable(line)) break;
    if (last !== undefined && line.row.box[1] - last.row.box[3] > line.row.height * 1.1) break;
    const ahead = lines.slice(i + 1, i + 3).filter((next) => next.row.box[1] - line.row.box[3] < line.row.height * 3);
    if (!isAddressLine(line) && !ahead.some(isAddressLine)) {
      // A last line of the town or state alone.
      const short = line.text.split(' ').length <= 4 && !/\d{3,}/.test(line.text);
      if (
        short &&
        last !== undefined &&
        (/,$/.test(last.text) || POSTCODE.test(last.folded) || /^\p{Lu}[\p{L} .,]+$/u.test(line.text))
      ) {
        run.push(line);
        if (/,$/.test(line.text)) continue;
      }
      break;
    }
    run.push(line);
  }
  return run;
}

function toField(
  name: string,
  type: 'organization' | 'address',
  lines: readonly HeadLine[],
  value: string,
  sure: number,
): ExtractedField {
  const places = lines.map((line) => place(line.row, line.start, line.end));
  const seen = places.reduce((sum, one) => sum + one.confidence, 0) / Math.max(1, places.length);
  return {
    name,
    type,
    raw: clip(lines.map((line) => line.text).join('\n'), 1000),
    value,
    confidence: bounded(sure * (0.5 + 0.5 * seen)),
    valid: null,
    page: lines[0]?.row.page ?? 1,
    box: unite(places.map((one) => one.box)),
  };
}

/**
 * Issuer's name and address from the top of the first page, where no label names them: the line with a legal form, else
 * the first that reads like a name; then the run of lines with streets and post codes. `columns`: lines stand side by side
 * (a letterhead), not one below the other (a receipt).
 */
export function readHead(rows: readonly Row[], columns: boolean): ExtractedField[] {
  const lines = headLines(rows, columns);
  const found: ExtractedField[] = [];
  const name = findName(lines);
  if (name !== null) {
    const taken = lines.slice(name.from, name.to + 1);
    const value = cleanName(taken.map((line) => line.text).join(' '));
    if (letters(value) >= 2)
      found.push(toField('supplier_name', 'organization', taken, value, name.sure * (columns ? 0.85 : 1)));
  }
  const address = findAddress(lines, name?.to ?? -1);
  const texts = address.map((line) => line.text.replace(/^(?:hq )?add(?:ress)?\W+/i, ''));
  if (address.length > 0) {
    const sure = address.some((line) => POSTCODE.test(line.folded)) ? 0.85 : 0.7;
    found.push(
      toField('supplier_address', 'address', address, clip(joinLines(texts), 500), sure * (columns ? 0.85 : 1)),
    );
  }
  return found;
}
