import { artifactPath, follow, getBlob, getJson, getText, hasEnded, postJson, remove } from './api.js';
import { chip, h, plural, show, size } from './dom.js';
import { pageViewer } from './pages.js';
import { steps } from './progress.js';
import { entities, fields, tables, texts } from './results.js';

/** @param {any} pages */
const account = (pages) =>
  [
    plural(pages.total, 'page'),
    pages.textLayer > 0 && `${pages.textLayer} from the text layer`,
    pages.ocr > 0 && `${pages.ocr} by OCR`,
    pages.failed > 0 && `${pages.failed} failed`,
  ]
    .filter(Boolean)
    .join(', ');

async function download(path, filename) {
  const url = URL.createObjectURL(await getBlob(path));
  h('a', { href: url, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Text of an artifact; null when it does not exist, or a sentence when the key may not read it. */
const optional = (path, read) =>
  read(path).catch((error) => {
    if (error.status === 404) return null;
    if (error.status === 403) return { refused: error.message };
    throw error;
  });

/** All of them: `redacted.pdf` stands behind the images of the pages, however many these are. */
async function listArtifacts(id) {
  const found = [];
  let token = '';
  do {
    const page = await getJson(`/v1/documents/${id}/artifacts?pageSize=200${token && `&pageToken=${token}`}`);
    found.push(...page.items);
    token = page.nextPageToken ?? '';
  } while (token !== '');
  return found;
}

/** More images than this are left to the viewer. */
const MOST_IMAGES = 20;

function files(document, artifacts, report) {
  const images = artifacts.filter(({ name }) => name.startsWith('pages/')).length;
  const listed = artifacts.filter(({ name }) => images <= MOST_IMAGES || !name.startsWith('pages/'));
  const rows = [{ name: 'original', size: document.size, sensitive: true }, ...listed].map((artifact) =>
    h(
      'li',
      {},
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          onclick: () => {
            const { filename } = document;
            const made = `${filename.replace(/\.[^.]+$/, '')}.${artifact.name.replaceAll('/', '-')}`;
            const name = artifact.name === 'original' ? filename : made;
            download(artifactPath(document.id, artifact.name), name).catch(report);
          },
        },
        artifact.name,
      ),
      h('span', { class: 'facts' }, size(artifact.size)),
      artifact.sensitive && h('span', { class: 'chip' }, 'not redacted'),
    ),
  );
  const exports = ['json', 'csv', 'xml', 'html', 'md'].map((format) =>
    h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        onclick: () =>
          download(`/v1/documents/${document.id}/export?format=${format}`, `${document.filename}.${format}`).catch(
            report,
          ),
      },
      format,
    ),
  );
  return h(
    'section',
    {},
    h('h2', {}, 'Files'),
    h('ul', { class: 'files' }, rows),
    artifacts.some(({ name }) => name === 'fields.json') &&
      h('p', { class: 'exports' }, 'Export the result as ', exports),
  );
}

/**
 * One document: its progress while it runs, its results after.
 * @param {HTMLElement} place
 * @param {string} id
 * @param {{signal: AbortSignal, changed: () => void}} options `changed` is called when a list would show something else
 */
export async function showDocument(place, id, { signal, changed }) {
  const message = h('p', { class: 'problem', role: 'alert', hidden: true });
  const report = (error) => {
    message.textContent = error.message;
    message.hidden = false;
  };
  const head = h('header', { class: 'title' });
  const live = h('div', { 'aria-live': 'polite' });
  const result = h('div', { class: 'results' });
  show(place, head, message, live, result);

  let document = await getJson(`/v1/documents/${id}`);
  const drawHead = () =>
    show(
      head,
      h('div', {}, h('h1', {}, document.filename), chip(document.status)),
      h(
        'p',
        { class: 'facts' },
        [
          document.documentType?.replaceAll('_', ' '),
          document.mediaType,
          size(document.size),
          document.pages && account(document.pages),
          document.reusedFrom && 'same content as before: results reused',
        ]
          .filter(Boolean)
          .join(' · '),
      ),
      document.error && h('p', { class: 'problem' }, `${document.error.message} (${document.error.code})`),
      h('div', { class: 'actions' }, actions()),
    );
  const act = (label, work, kind = 'quiet') =>
    h('button', { type: 'button', class: kind, onclick: () => work().catch(report) }, label);
  const actions = () => [
    document.status === 'processing' && act('Cancel', () => postJson(`/v1/runs/${document.runId}/cancel`)),
    ['failed', 'partial'].includes(document.status) &&
      act('Try again', async () => {
        await postJson(`/v1/runs/${document.runId}/retry`);
        changed();
        await showDocument(place, id, { signal, changed });
      }),
    act(
      'Erase',
      async () => {
        if (!confirm(`Erase ${document.filename} and everything made of it?`)) return;
        await remove(`/v1/documents/${id}`);
        location.hash = '#/';
        changed();
      },
      'quiet danger',
    ),
  ];
  drawHead();

  if (document.runId !== null) {
    const run = await getJson(`/v1/runs/${document.runId}`).catch(() => null);
    if (run !== null) show(live, steps(run));
    if (run !== null && !hasEnded(run.status)) {
      await follow(document.runId, (next) => show(live, steps(next)), signal);
      if (signal.aborted) return;
      changed();
      document = await getJson(`/v1/documents/${id}`);
      drawHead();
    }
  }
  if (signal.aborted) return;

  const path = (name) => artifactPath(id, name);
  const artifacts = await listArtifacts(id);
  const names = new Set(artifacts.map(({ name }) => name));
  const made = (name, get) => (names.has(name) ? optional(path(name), get) : null);
  const [extraction, found, original, redacted] = await Promise.all([
    made('fields.json', getJson),
    made('entities.json', getJson),
    made('text', getText),
    made('redacted.txt', getText),
  ]);
  if (signal.aborted) return;
  const gone = found?.entities?.filter(({ operator }) => operator !== 'keep') ?? [];
  const viewer = document.pages?.total > 0 ? pageViewer(id, document.pages.total, { signal, redacted: gone }) : null;
  show(
    result,
    h(
      'div',
      { class: 'findings' },
      extraction?.fields && fields(extraction, (field) => viewer?.point(field)),
      viewer?.element,
    ),
    extraction?.tables && tables(extraction.tables),
    found?.entities && entities(found.entities),
    texts(original, redacted),
    files(document, artifacts, report),
  );
}
