import { artifactPath, getBlob } from './api.js';
import { h } from './dom.js';

/**
 * The page images, one at a time, with a frame around what is pointed at.
 * @param {string} documentId
 * @param {number} total
 * @param {AbortSignal} signal aborted when the document is left
 */
export function pageViewer(documentId, total, signal) {
  const image = h('img', { alt: '' });
  const frame = h('div', { class: 'frame', hidden: true });
  const sheet = h('div', { class: 'sheet' }, image, frame);
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
    } catch (error) {
      if (number === to) message.textContent = error.status === 404 ? 'There is no image of this page.' : error.message;
    }
  }

  const step = (by, text) => h('button', { type: 'button', class: 'quiet', onclick: () => turn(number + by) }, text);
  const element = h(
    'section',
    { class: 'pages' },
    h('header', {}, h('h2', {}, 'Pages'), total > 1 && step(-1, 'Back'), label, total > 1 && step(1, 'Next')),
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
      const [x0, y0, x1, y1] = box;
      const [width, height] = [image.naturalWidth / 100, image.naturalHeight / 100];
      frame.style.left = `${x0 / width}%`;
      frame.style.top = `${y0 / height}%`;
      frame.style.width = `${(x1 - x0) / width}%`;
      frame.style.height = `${(y1 - y0) / height}%`;
      frame.hidden = false;
    },
  };
}
