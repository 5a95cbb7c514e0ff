/** Elements that run, fetch or embed; they go with all they hold. */
const ACTIVE_ELEMENTS =
  /<(script|iframe|object|applet|noscript|template|frameset|svg|math|audio|video|form(?=\s+action))\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const VOID_ACTIVE =
  /<\/?(?:script|iframe|frame|object|embed|applet|link|base|meta|source|track|param|svg|audio|video)\b[^>]*>/gi;
const COMMENTS = /<!--[\s\S]*?(?:-->|$)/g;
const TAG = /<([a-zA-Z][a-zA-Z0-9:-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g;
const ATTRIBUTE = /\s([a-zA-Z_:][-\w:.]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?/g;
const LINKING = new Set([
  'src',
  'href',
  'background',
  'data',
  'action',
  'formaction',
  'poster',
  'srcset',
  'cite',
  'longdesc',
  'xlink:href',
  'manifest',
  'ping',
]);
const INERT_URL = /^(?:data:image\/(?:png|jpeg|gif|webp|bmp);base64,|#)/i;

const cleanStyle = (css: string): string =>
  css
    .replace(/@import[^;]*;?/gi, '')
    .replace(/url\s*\([^)]*\)?/gi, 'none')
    .replace(/expression\s*\(/gi, '(');

/**
 * HTML without anything that runs or reaches out: scripts, frames, event handlers, and references to other files (pictures
 * inside the page stay). It is laid out in a process that has no network either; this keeps layouts from depending on it.
 */
export function cleanHtml(html: string): string {
  const inert = html.replace(COMMENTS, '').replace(ACTIVE_ELEMENTS, '').replace(VOID_ACTIVE, '');
  return inert
    .replace(
      /(<style\b[^>]*>)([\s\S]*?)(<\/style\s*>)/gi,
      (_, open: string, css: string, close: string) => open + cleanStyle(css) + close,
    )
    .replace(TAG, (_, name: string, attributes: string) => {
      let kept = '';
      for (const [, attribute = '', quoted = ''] of attributes.matchAll(ATTRIBUTE)) {
        const key = attribute.toLowerCase();
        const value = quoted.replace(/^(["'])([\s\S]*)\1$/, '$2');
        if (key.startsWith('on') || (LINKING.has(key) && !INERT_URL.test(value.trim()))) continue;
        kept += ` ${key}="${(key === 'style' ? cleanStyle(value) : value).replaceAll('"', '&quot;')}"`;
      }
      return `<${name}${kept}>`;
    });
}

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A whole page around a body, in the encoding that Office is told to read. */
export const htmlPage = (body: string): string =>
  `<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body>${body}</body></html>`;
