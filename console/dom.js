/**
 * An element with attributes, listeners (`onclick`, …) and children. Text becomes text nodes: nothing that came from a
 * document is ever parsed as markup.
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node | string | number | null | undefined | false | (Node | string)[])} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on') && typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = String(value);
    else if (name === 'value' && 'value' in element) element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * @param {Element} parent
 * @param {...(Node | string | null | undefined | false)} children
 */
export function show(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** @param {string} id */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`index.html has no #${id}`);
  return element;
}

const SIZES = ['B', 'kB', 'MB', 'GB'];
/** @param {number | null} bytes */
export function size(bytes) {
  if (bytes === null) return '';
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < SIZES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${SIZES[unit]}`;
}

/** @param {number} from @param {number} to epoch milliseconds */
export const seconds = (from, to) => `${Math.max(0, (to - from) / 1000).toFixed(1)} s`;

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

const CHIPS = {
  ready: 'good',
  succeeded: 'good',
  processing: 'busy',
  running: 'busy',
  queued: 'busy',
  uploading: 'busy',
  partial: 'warn',
  failed: 'bad',
  cancelled: 'bad',
};
/** @param {string} status */
export const chip = (status) => h('span', { class: `chip ${CHIPS[status] ?? ''}` }, status);
