import { byPattern } from '../recognizer.ts';

/** Bounded local part and labels, so that a run of letters costs a constant at each start. */
export const email = byPattern({
  name: 'email',
  type: 'EMAIL_ADDRESS',
  pattern:
    /(?<![\p{L}\p{N}._%+'-])[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63} ?@ ?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,6}[\p{L}][\p{L}\p{N}-]{0,22}\p{L}/gu,
  score: 0.95,
  scoreInContext: 1,
  context: ['email', 'mail', 'e mail'],
});

/** `john (at) x dot com`. */
export const emailSpelled = byPattern({
  name: 'email-spelled-out',
  type: 'EMAIL_ADDRESS',
  languages: ['en'],
  pattern:
    /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63} {0,2}(?:[([{<] {0,2}at {0,2}[)\]}>]| at ) {0,2}[\p{L}\p{N}-]{1,63}(?: {0,2}(?:[([{<] {0,2}dot {0,2}[)\]}>]| dot |\.) {0,2}[\p{L}\p{N}-]{2,63}){1,4}(?![\p{L}\p{N}])/giu,
  // "look at example.com" has the same shape: only a spelled-out dot or brackets tell.
  valid: (value) => /[([{<] {0,2}at|\bdot\b/i.test(value),
  score: 0.75,
});

export const urlWithCredentials = byPattern({
  name: 'url-with-credentials',
  type: 'URL_WITH_CREDENTIALS',
  pattern: /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s/@:"'<>]{1,256}:[^\s/@"'<>]{1,256}@[^\s"'<>]{1,2048}/gi,
  score: 1,
});

/** Tokens in a query string are as good as a password. */
export const urlWithToken = byPattern({
  name: 'url-with-token',
  type: 'URL_WITH_CREDENTIALS',
  pattern:
    /\bhttps?:\/\/[^\s"'<>?]{1,1024}\?(?:[^\s"'<>]{0,512}&)?(?:access_token|token|api_?key|key|sig|signature|auth|password|secret|x-amz-signature)=[^\s"'<>]{6,1024}/gi,
  score: 0.9,
});

export const url = byPattern({
  name: 'url',
  type: 'URL',
  pattern:
    /\b(?:https?|ftp):\/\/[^\s"'<>()[\]{}]{3,2048}(?<![.,;:!?])|\bwww\.(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?:\/[^\s"'<>()]{0,1024})?(?<![.,;:!?])/gi,
  score: 0.6,
});

/** A name of a host without its scheme. Ends that are English words too are left out: `end.It`, `so.me`. */
export const domainName = byPattern({
  name: 'domain-name',
  type: 'URL',
  pattern:
    /(?<![\p{L}\p{N}@._/-])(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,4}(?:com|org|net|edu|gov|mil|int|info|biz|app|dev|io|ai|eu|de|fr|uk|es|pt|nl|ch|se|dk|fi|pl|cz|hu|ru|br|mx|ca|au|nz|jp|cn|kr|za)(?![\p{L}\p{N}@-]|\.[\p{L}\p{N}])/gu,
  score: 0.5,
});

const OCTET = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

export const ipv4 = byPattern({
  name: 'ipv4',
  type: 'IP_ADDRESS',
  pattern: new RegExp(`(?<![\\d.])(?:${OCTET}\\.){3}${OCTET}(?:/(?:3[0-2]|[12]?\\d)\\b)?(?!\\.?\\d)`, 'g'),
  // 1.2.3.4 is as often a version or a section.
  valid: (value) => !/^(?:\d\.){3}\d$/.test(value),
  score: 0.75,
  scoreInContext: 0.95,
  context: ['ip', 'ipv4', 'address', 'host', 'server', 'gateway'],
  proof: 'octets',
});

/** Eight groups, or fewer around one `::`. */
function isIpv6(value: string): boolean {
  const [address = ''] = value.split('/');
  const halves = address.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length >= 2 && groups.length <= 7 : groups.length === 8;
}

export const ipv6 = byPattern({
  name: 'ipv6',
  type: 'IP_ADDRESS',
  pattern: /(?<![\p{L}\p{N}:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\/\d{1,3})?(?![\p{L}\p{N}:])/giu,
  valid: isIpv6,
  score: 0.9,
  proof: 'groups',
});

export const mac = byPattern({
  name: 'mac',
  type: 'MAC_ADDRESS',
  pattern:
    /(?<![0-9a-f:-])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f:-])|\b[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}\b/gi,
  valid: (value) => !/^(?:00[:.-]?)+$|^(?:ff[:.-]?)+$/i.test(value),
  score: 0.85,
});
