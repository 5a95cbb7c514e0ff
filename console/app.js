import { getJson, key, Problem, upload } from './api.js';
import { showDocument } from './document.js';
import { documentList } from './documents.js';
import { byId, h, plural, show } from './dom.js';
import { showSearch } from './search.js';

const main = byId('main');
const uploads = byId('uploads');
const picker = /** @type {HTMLInputElement} */ (byId('file'));
const query = /** @type {HTMLInputElement} */ (byId('query'));
const keyForm = byId('key-form');
const keyInput = /** @type {HTMLInputElement} */ (byId('key'));
const drop = byId('drop');

const list = documentList({ list: byId('documents'), more: byId('more'), letters: byId('letters') });
let current = new AbortController();

function welcome() {
  show(
    main,
    h(
      'div',
      { class: 'welcome' },
      h('h1', {}, 'Any document in; searchable, structured, redacted output out.'),
      h('p', {}, 'Drop a file at the left, or search what is here. Everything stays on this machine.'),
      h('p', {}, 'The same with curl: ', h('a', { href: '/docs' }, 'the API reference'), '.'),
    ),
  );
}

async function deadLetters() {
  const page = await getJson('/v1/dead-letters?status=open&pageSize=100');
  show(
    main,
    h('h1', {}, plural(page.items.length, 'dead letter')),
    h('p', { class: 'hint' }, 'Work that exhausted its attempts. "Try again" on the document runs it anew.'),
    h(
      'ul',
      { class: 'hits' },
      page.items.map((letter) =>
        h(
          'li',
          {},
          h(
            'a',
            { href: letter.documentId === null ? '#/dead-letters' : `#/documents/${letter.documentId}` },
            `${letter.stepKind}: ${letter.error.code}`,
          ),
          h('p', {}, letter.error.message),
          h(
            'p',
            { class: 'facts' },
            `${plural(letter.attempts.length, 'attempt')}, ${new Date(letter.createdAt).toLocaleString()}`,
            letter.redriveAt ? `, runs again by itself ${new Date(letter.redriveAt).toLocaleString()}` : '',
          ),
        ),
      ),
    ),
  );
}

/** Shows what the address names. */
async function route() {
  current.abort();
  current = new AbortController();
  const { signal } = current;
  const [, kind = '', rest = ''] = /^#\/([a-z-]*)[/?]?(.*)$/.exec(location.hash) ?? [];
  list.select(kind === 'documents' ? rest : '');
  try {
    if (kind === 'documents') await showDocument(main, rest, { signal, changed: list.refresh });
    else if (kind === 'search') {
      query.value = new URLSearchParams(rest).get('q') ?? '';
      await showSearch(main, query.value);
    } else if (kind === 'dead-letters') await deadLetters();
    else welcome();
  } catch (error) {
    if (!signal.aborted) show(main, h('p', { class: 'problem', role: 'alert' }, error.message));
  }
}

function askForKey(reason = '') {
  document.body.classList.add('locked');
  byId('key-reason').textContent = reason;
  keyInput.focus();
}

async function open() {
  if (key.get() === '') return askForKey();
  try {
    await getJson('/v1/documents?pageSize=1');
  } catch (error) {
    if (error instanceof Problem && error.status === 401) {
      key.set('');
      return askForKey('This key does not work: it may be mistyped, revoked or expired.');
    }
  }
  document.body.classList.remove('locked');
  list.refresh();
  await route();
}

/** @param {Iterable<File>} files uploaded one after another, so that a hundred at once do no harm */
async function send(files) {
  const several = [...files];
  for (const file of several) await sendOne(file, { alone: several.length === 1 });
}

/** @param {File} file @param {{alone: boolean, password?: string}} options `alone`: its document is shown when it is in */
async function sendOne(file, { alone, password }) {
  const bar = h('progress', { max: 1, value: 0, 'aria-label': `Uploading ${file.name}` });
  const row = h('li', {}, h('span', { class: 'name' }, file.name), bar);
  uploads.append(row);
  try {
    const progress = (share) => bar.setAttribute('value', String(share));
    const { document: made } = await upload(file, progress, password);
    row.remove();
    list.refresh();
    if (alone) location.hash = `#/documents/${made.id}`;
  } catch (error) {
    const locked = error.code === 'password_required';
    const text = locked ? 'The file is protected by a password.' : error.message;
    bar.replaceWith(h('span', { class: 'problem', role: 'alert' }, text));
    const again = (given) => {
      row.remove();
      sendOne(file, { alone, password: given });
    };
    if (locked) row.append(passwordForm(file.name, again));
    row.append(h('button', { type: 'button', class: 'quiet', onclick: () => row.remove() }, 'Dismiss'));
  }
}

/** @param {string} name @param {(password: string) => void} onGiven */
function passwordForm(name, onGiven) {
  const input = h('input', {
    type: 'password',
    required: '',
    autocomplete: 'off',
    'aria-label': `Password of ${name}`,
  });
  const onsubmit = (event) => {
    event.preventDefault();
    onGiven(input.value);
  };
  return h('form', { class: 'password', onsubmit }, input, h('button', { type: 'submit' }, 'Send again'));
}

keyForm.addEventListener('submit', (event) => {
  event.preventDefault();
  key.set(keyInput.value.trim());
  keyInput.value = '';
  open();
});
byId('lock').addEventListener('click', () => {
  current.abort();
  key.set('');
  askForKey();
});
byId('search').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = query.value.trim();
  location.hash = text === '' ? '#/' : `#/search?${new URLSearchParams({ q: text })}`;
});
picker.addEventListener('change', () => {
  send(picker.files ?? []);
  picker.value = '';
});
for (const name of ['dragenter', 'dragover'])
  addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
for (const name of ['dragleave', 'drop']) addEventListener(name, () => drop.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  if (!document.body.classList.contains('locked')) send(event.dataTransfer?.files ?? []);
});
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
  event.preventDefault();
  query.focus();
});
addEventListener('hashchange', route);
open();
