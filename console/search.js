import { getJson } from './api.js';
import { h, plural, show } from './dom.js';

/** @param {{text: string, highlights: [number, number][]}} snippet ranges in UTF-16 units, as strings are here */
function marked({ text, highlights }) {
  const parts = [];
  let at = 0;
  for (const [start, end] of highlights) {
    parts.push(text.slice(at, start), h('mark', {}, text.slice(start, end)));
    at = end;
  }
  return [...parts, text.slice(at)];
}

const hit = (item) =>
  h(
    'li',
    {},
    h(
      'a',
      { href: `#/documents/${item.documentId}` },
      h('b', {}, item.filename),
      h(
        'span',
        { class: 'facts' },
        [item.documentType?.replaceAll('_', ' '), item.page && `page ${item.page}`].filter(Boolean).join(' · '),
      ),
      h('p', {}, marked(item.snippet)),
    ),
  );

/**
 * @param {HTMLElement} place
 * @param {string} query
 */
export async function showSearch(place, query) {
  show(place, h('p', { class: 'hint' }, 'Searching…'));
  const list = h('ol', { class: 'hits' });
  const button = h('button', { type: 'button', class: 'quiet' }, 'More results');
  let token = '';
  const load = async () => {
    const page = await getJson(
      `/v1/search?q=${encodeURIComponent(query)}&pageSize=20${token === '' ? '' : `&pageToken=${encodeURIComponent(token)}`}`,
    );
    list.append(...page.items.map(hit));
    token = page.nextPageToken ?? '';
    button.hidden = token === '';
    return page.total;
  };
  const fail = (error) => show(place, h('p', { class: 'problem', role: 'alert' }, error.message));
  button.addEventListener('click', () => load().catch(fail));
  try {
    const total = await load();
    const title = h('h1', {}, total === 0 ? 'Nothing found' : plural(total, 'document'), ' for ', h('q', {}, query));
    const help = h(
      'p',
      { class: 'hint' },
      'All words must occur. "A phrase" in quotes, -word to leave out, pre* for the start of a word.',
    );
    show(place, title, total === 0 ? help : list, button);
  } catch (error) {
    fail(error);
  }
}
