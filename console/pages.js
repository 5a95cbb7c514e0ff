import { artifactPath, getBlob } from './api.js';
import { h, show } from './dom.js';

const printed = (type) => type.replaceAll('_', ' ').toLowerCase();

/**
 * Puts an element over a box of an image, which may be shown at any size.
 * @param {HTMLElement} element
 * @param {[number, number, number, number]} box in pixels of the image
 * @param {HTMLImageElement} image
 */
function place(element, [x0, y0, x1, y1], image) {
  const [width, height] = [image.naturalWidth / 100, image.naturalHeight / 100];
  element.style.left = `${x0 / width}%`;
  element.style.top = `${y0 / height}%`;
  element.style.width = `${(x1 - x0) / width}%`;
  element.style.height = `${(y1 - y0) / height}%`;
  return element;
}

/**
 * The page images, one at a time, with a frame around what is pointed at; what was redacted is covered on demand.
 * @param {string} documentId
 * @param {number} total
 * @param {{signal: AbortSignal, redacted: any[]}} options `signal`: aborted when the document is left; `redacted`: finds that
 *   went, with type, page and boxes
 */
export function pageViewer(documentId, total, { signal, redacted }) {
  const image = /** @type {HTMLImageElement} */ (h('img', { alt: '' }));
  const frame = h('div', { class: 'frame', hidden: true });
  const covers = h('div', { class: 'covers', hidden: true });
  const sheet = h('div', { class: 'sheet' }, image, covers, frame);
  const label = h('span', { class: 'facts', 'aria-live': 'polite' });
  const message = h('p', { class: 'hint' });
  let number = 0;
  let url = '';

  const release = () => URL.revokeObjectURL(url);
  signal.addEventListener('abort', release);

  async function turn(to) {
    if (to < 1 || to > total || to === number) return;
    number = to;
    frame.hidden = true;
    label.textContent = `Page ${to} of ${total}`;
    try {
      const blob = await getBlob(artifactPath(documentId, `pages/${to}.png`));
      if (number !== to || signal.aborted) return;
      release();
      url = URL.createObjectURL(blob);
      image.setAttribute('src', url);
      image.setAttribute('alt', `Page ${to} as it was read`);
      await image.decode();
      message.textContent = '';
      show(
        covers,
        ...redacted
          .filter(({ page }) => page === to)
          .flatMap(({ type, boxes }) => boxes.map((box) => place(h('div', { title: printed(type) }), box, image))),
      );
    } catch (error) {
      if (number === to) message.textContent = error.status === 404 ? 'There is no image of this page.' : error.message;
    }
  }

  const step = (by, text) => h('button', { type: 'button', class: 'quiet', onclick: () => turn(number + by) }, text);
  const cover = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'aria-pressed': 'false',
      onclick: () => {
        covers.hidden = !covers.hidden;
        cover.setAttribute('aria-pressed', String(!covers.hidden));
      },
    },
    'Redacted',
  );
  const element = h(
    'section',
    { class: 'pages' },
    h(
      'header',
      {},
      h('h2', {}, 'Pages'),
      redacted.length > 0 && cover,
      total > 1 && step(-1, 'Back'),
      label,
      total > 1 && step(1, 'Next'),
    ),
    message,
    sheet,
  );
  turn(1);
  return {
    element,
    /** @param {{page: number, box: [number, number, number, number]}} field its box in pixels of the page image */
    async point({ page, box }) {
      await turn(page);
      if (number !== page || image.naturalWidth === 0) return;
      place(frame, box, image).hidden = false;
    },
  };
}
