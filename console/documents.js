import { getJson } from './api.js';
import { chip, h, plural, show, size } from './dom.js';

const PAGE = 25;

/**
 * The list of documents at the left: newest first, kept up to date.
 * @param {{list: HTMLElement, more: HTMLElement, letters: HTMLElement}} places
 */
export function documentList({ list, more, letters }) {
  let selected = '';
  let shown = PAGE;
  let timer = 0;
  let turn = 0;

  const entry = (item) =>
    h(
      'li',
      {},
      h(
        'a',
        { href: `#/documents/${item.id}`, 'aria-current': item.id === selected ? 'true' : undefined },
        h('span', { class: 'name' }, item.filename),
        chip(item.status),
        h(
          'span',
          { class: 'facts' },
          [item.documentType?.replaceAll('_', ' '), item.pages && plural(item.pages.total, 'page'), size(item.size)]
            .filter(Boolean)
            .join(' · '),
        ),
      ),
    );

  async function refresh() {
    clearTimeout(timer);
    turn += 1;
    const mine = turn;
    let wait = 10_000;
    try {
      const [page, dead] = await Promise.all([
        getJson(`/v1/documents?pageSize=${Math.min(shown, 200)}`),
        getJson('/v1/dead-letters?status=open&pageSize=100').catch(() => null),
      ]);
      if (mine !== turn) return;
      const empty = h('li', { class: 'hint' }, 'Nothing here yet. Drop a file above.');
      show(list, ...(page.items.length === 0 ? [empty] : page.items.map(entry)));
      more.hidden = page.nextPageToken === null;
      const count = dead?.items.length ?? 0;
      letters.hidden = count === 0;
      letters.textContent = `${plural(count, 'dead letter')}${dead?.nextPageToken ? ' or more' : ''}`;
      if (page.items.some((item) => item.status === 'processing' || item.status === 'uploading')) wait = 1500;
    } catch (error) {
      if (mine === turn) show(list, h('li', { class: 'hint' }, error.message));
    }
    if (mine === turn) timer = setTimeout(refresh, wait);
  }

  more.addEventListener('click', () => {
    shown += PAGE;
    refresh();
  });
  return {
    refresh,
    /** @param {string} id */
    select(id) {
      selected = id;
      for (const link of list.querySelectorAll('a')) {
        if (link.hash === `#/documents/${id}`) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      }
    },
  };
}
