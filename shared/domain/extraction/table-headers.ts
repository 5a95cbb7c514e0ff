import { slug, tokenize } from './text.ts';

/** Canonical columns and what their headers say (folded). */
const SYNONYMS: Readonly<Record<string, string>> = {
  description:
    'description|item description|product description|desc|item|items|product|products|particulars|details|article|service|services|bezeichnung|beschreibung|artikel|leistung|designation|libelle|descripcion|concepto|transaction|transactions|transaction details|transaction description|merchandise|text|verwendungszweck|buchungstext|product name|item name|narrative|name|code desc|keterangan|butiran',
  quantity: 'quantity|qty|qnty|qtty|menge|anzahl|quantite|qte|cantidad|cant|hours|hrs|kuantiti|units ordered',
  unit: 'unit|uom|einheit|unite|unidad',
  unitPrice:
    'unit price|price|u price|u p|unit cost|unit amt|rate|price each|each|einzelpreis|e preis|preis|stuckpreis|prix unitaire|prix|p u|pu|pu ht|precio unitario|precio|price rm|u p rm|harga|cost',
  amount:
    'amount|line total|total|amt|net amount|total price|total amount|extended|extended price|ext price|line amount|value|betrag|gesamtpreis|gesamt|summe|montant|montant ht|total ht|importe|sum|amount rm|amt rm|total rm|amount inc gst|jumlah',
  date: 'date|datum|fecha|posting date|post date|value date|transaction date|buchungstag|wertstellung|valuta|date valeur|tarikh|booking date',
  balance: 'balance|running balance|saldo|solde|kontostand|baki',
  debit: 'debit|debits|withdrawal|withdrawals|money out|paid out|payments|soll|lastschrift|cargo|cargos|debe',
  credit: 'credit|credits|deposit|deposits|money in|paid in|receipts|haben|gutschrift|abono|abonos|haber',
  tax: 'tax|vat|gst|sst|vat rate|tax rate|tax code|vat %|mwst|ust|tva|taux tva|iva',
  discount: 'discount|disc|rabatt|remise|descuento|dto|disg',
  code: 'code|item code|item no|item number|sku|article no|art nr|artikelnr|artikel nr|product code|ref no|part no|part number|no|nr|pos|position|line|referencia|s no|sl no|bil',
  reference: 'reference|ref|cheque no|check no|cheque number|check number|document no|beleg',
};

const COLUMN_OF = new Map<string, string>();
let longest = 1;
for (const [column, labels] of Object.entries(SYNONYMS)) {
  for (const label of labels.split('|')) {
    const tokens = tokenize(label).map((token) => token.text);
    if (tokens.length === 0 || COLUMN_OF.has(tokens.join(' '))) continue;
    COLUMN_OF.set(tokens.join(' '), column);
    longest = Math.max(longest, tokens.length);
  }
}

/** Words that stand beside a header's own, such as a currency in brackets. */
const FILLER = new Set([
  'rm',
  'usd',
  'eur',
  'gbp',
  'chf',
  'in',
  'of',
  'the',
  's',
  'incl',
  'excl',
  'inc',
  'exc',
  'net',
  'brutto',
  'netto',
]);

/** The canonical column of a header cell, else a slug of its text. */
export function columnOf(text: string): { name: string; known: boolean } {
  const tokens = tokenize(text.slice(0, 100)).map((token) => token.text);
  const direct =
    COLUMN_OF.get(tokens.join(' ')) ?? COLUMN_OF.get(tokens.filter((token) => !FILLER.has(token)).join(' '));
  return direct === undefined ? { name: slug(text), known: false } : { name: direct, known: true };
}

export interface HeaderMark {
  column: string;
  start: number;
  end: number;
}

/** Canonical headers inside a line of text, longest phrases first; `share` is how much of the line they cover. */
export function headersIn(text: string): { marks: HeaderMark[]; share: number } {
  const tokens = tokenize(text);
  const marks: HeaderMark[] = [];
  let covered = 0;
  let counted = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token === undefined) break;
    let taken = 0;
    for (let size = Math.min(longest, tokens.length - i); size > 0; size--) {
      const column = COLUMN_OF.get(
        tokens
          .slice(i, i + size)
          .map((one) => one.text)
          .join(' '),
      );
      const end = tokens[i + size - 1];
      if (column === undefined || end === undefined) continue;
      // A wide gap, two spaces, parts headers: `Item  Description` are two.
      if (text.slice(token.start, end.end).includes('  ')) continue;
      marks.push({ column, start: token.start, end: end.end });
      taken = size;
      break;
    }
    if (taken > 0) {
      covered += taken;
      counted += taken;
      i += taken - 1;
    } else if (!FILLER.has(token.text)) counted++;
  }
  return { marks, share: counted === 0 ? 0 : covered / counted };
}

/** Names made unique in order: a second `amount` becomes `amount_2`. */
export function uniqueNames(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** Headers that name the goods, beside which another column may describe them. */
const SHORT_NAME = new Set(['item', 'items', 'product', 'article', 'artikel', 'service', 'leistung', 'code desc']);

/**
 * Canonical names of a row of headers, made unique. Beside a column of descriptions, one headed `Item` or the like is the
 * `code` when its values (`valuesOf` its index) look like codes, else the `item`.
 */
export function columnNames(headers: readonly string[], valuesOf: (column: number) => readonly string[]): string[] {
  const names = headers.map((text, index) => (text === '' ? `column_${index + 1}` : columnOf(text).name));
  const described = names.filter((name) => name === 'description').length;
  if (described < 2) return uniqueNames(names);
  const short = headers.findIndex((text, index) => names[index] === 'description' && SHORT_NAME.has(plain(text)));
  if (short < 0) return uniqueNames(names);
  const values = valuesOf(short).filter((text) => text !== '');
  const codes = values.filter((text) => /^\S*\d\S*$/.test(text)).length;
  const code = values.length > 0 && codes >= 0.6 * values.length && !names.includes('code');
  names[short] = code ? 'code' : 'item';
  return uniqueNames(names);
}

const plain = (text: string): string =>
  tokenize(text.slice(0, 100))
    .map((token) => token.text)
    .join(' ');

/** Labels of the rows that close a table of items. */
const FOOT =
  /^\W*(?:sub ?-?total|sub total|total|grand total|balance|net total|amount due|summe|gesamt|zwischensumme|nettobetrag|sous-total|total ht|importe total|cash|change|round|gst|vat|tax|discount|service c|thank|bank details|payment terms|terms|notes?\b|closing balance|ending balance)\b/i;

export const isFoot = (text: string): boolean => FOOT.test(text);

/** What a table is, by its columns. */
export function tableName(columns: readonly string[], index: number): string {
  const has = (name: string): boolean => columns.includes(name);
  if (columns.length === 2 && has('label') && has('amount')) return 'totals';
  if (
    has('date') &&
    (has('balance') || has('debit') || has('credit') || (has('amount') && !has('quantity') && !has('unitPrice')))
  ) {
    return 'transactions';
  }
  if ((has('description') || has('code')) && (has('amount') || has('unitPrice') || has('quantity')))
    return 'line_items';
  if (has('quantity') && (has('amount') || has('unitPrice'))) return 'line_items';
  return `table_${index + 1}`;
}
