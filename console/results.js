import { h, plural } from './dom.js';

/** @param {any} value as the catalogue normalizes it */
function printed(value) {
  if (typeof value === 'object') return [value.currency, value.amount].filter(Boolean).join(' ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

const VALID = { true: ['valid', 'good'], false: ['check', 'warn'] };

function fieldRow(field, point) {
  const [mark, kind] = VALID[String(field.valid)] ?? ['', ''];
  const share = Math.round(field.confidence * 100);
  return h(
    'tr',
    { onmouseenter: () => point(field) },
    h(
      'th',
      { scope: 'row' },
      h('button', { type: 'button', class: 'plain', onclick: () => point(field) }, field.name.replaceAll('_', ' ')),
    ),
    h(
      'td',
      {},
      printed(field.value),
      field.raw !== printed(field.value) && h('span', { class: 'facts raw' }, field.raw),
    ),
    h(
      'td',
      { class: 'confidence' },
      h('meter', { min: 0, max: 100, value: share, low: 50, high: 80, optimum: 100, 'aria-label': `${share}% sure` }),
      h('span', {}, `${share}%`),
    ),
    h('td', {}, mark !== '' && h('span', { class: `chip ${kind}` }, mark)),
    h('td', { class: 'number' }, field.page),
  );
}

const headings = (...names) =>
  h(
    'thead',
    {},
    h(
      'tr',
      {},
      names.map((name) => h('th', { scope: 'col' }, name)),
    ),
  );

/**
 * @param {any} extraction the `fields.json` artifact
 * @param {(field: any) => void} point shows where on the page a field was found
 */
export function fields(extraction, point) {
  const { name, confidence } = extraction.documentType;
  const title = h(
    'h2',
    {},
    'Fields ',
    h('small', {}, `${name.replaceAll('_', ' ')}, ${Math.round(confidence * 100)}% sure`),
  );
  if (extraction.fields.length === 0)
    return h('section', {}, title, h('p', { class: 'hint' }, 'No fields were found.'));
  return h(
    'section',
    {},
    title,
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        {},
        headings('Field', 'Value', 'Sure', '', 'Page'),
        h(
          'tbody',
          {},
          extraction.fields.map((field) => fieldRow(field, point)),
        ),
      ),
    ),
  );
}

/** `unitPrice` and `unit_price` as people write it. */
const inWords = (name) =>
  name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase();

/** @param {any[]} found */
export function tables(found) {
  if (found.length === 0) return null;
  return h(
    'section',
    {},
    h('h2', {}, 'Tables'),
    found.map((table, index) =>
      h(
        'details',
        { open: index === 0 && table.rows.length <= 30 },
        h('summary', {}, `${table.name.replaceAll('_', ' ')}, ${plural(table.rows.length, 'row')}, page ${table.page}`),
        h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            {},
            headings(...table.columns.map(inWords)),
            h(
              'tbody',
              {},
              table.rows.map((row) =>
                h(
                  'tr',
                  {},
                  table.columns.map((column) => h('td', {}, row.cells[column] ?? '')),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

const PLACEHOLDER = /<[A-Z][A-Z0-9_]{1,40}>/g;

/** @param {{type: string, operator: string}[]} found what the policy took out; what it keeps is not counted */
export function entities(found) {
  const counts = new Map();
  for (const { type, operator } of found) if (operator !== 'keep') counts.set(type, (counts.get(type) ?? 0) + 1);
  if (counts.size === 0) return null;
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return h(
    'section',
    {},
    h('h2', {}, 'Redacted'),
    h(
      'ul',
      { class: 'entities' },
      sorted.map(([type, count]) => h('li', {}, h('b', {}, count), ` ${type.toLowerCase().replaceAll('_', ' ')}`)),
    ),
  );
}

function highlighted(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    parts.push(text.slice(at, match.index), h('mark', { class: 'gone' }, match[0]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

const MOST = 200_000;
function pane(title, text, content) {
  if (text === null) return null;
  const body =
    typeof text === 'string'
      ? h(
          'pre',
          { tabindex: 0, 'aria-label': title },
          content(text.slice(0, MOST)),
          text.length > MOST && '\n… (the file has the rest)',
        )
      : h('p', { class: 'hint' }, text.refused);
  return h('div', {}, h('h3', {}, title), body);
}

/**
 * @param {string | null | {refused: string}} original
 * @param {string | null | {refused: string}} redacted
 */
export function texts(original, redacted) {
  if (original === null && redacted === null) return null;
  return h(
    'section',
    {},
    h('h2', {}, 'Text'),
    h(
      'div',
      { class: 'texts' },
      pane('Redacted', redacted, highlighted),
      pane('As read', original, (text) => [text]),
    ),
  );
}
