import { createHash } from 'node:crypto';

/** Signs for the account that `email` names. */
export interface UrlSigner {
  email(): Promise<string>;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export interface UrlToSign {
  method: 'PUT' | 'GET';
  /** Of Cloud Storage, without a slash at its end. */
  origin: string;
  bucket: string;
  name: string;
  /** What the bearer has to send as it is, `host` aside; lower case. */
  headers: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  /** Epoch ms. */
  now: number;
  expiresInSeconds: number;
}

/** RFC 3986: what `encodeURIComponent` leaves alone beyond the unreserved characters is encoded as well. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const sorted = (entries: readonly (readonly [string, string])[]) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** A V4 signed URL (cloud.google.com/storage/docs/access-control/signing-urls-manually), path style, RSA-SHA-256. */
export async function signUrlV4(signer: UrlSigner, url: UrlToSign): Promise<string> {
  const { origin } = url;
  const stamp = new Date(url.now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${stamp.slice(0, 8)}/auto/storage/goog4_request`;
  const headers = sorted(Object.entries({ ...url.headers, host: new URL(origin).host }));
  const signedHeaders = headers.map(([name]) => name).join(';');
  const path = `/${encode(url.bucket)}/${url.name.split('/').map(encode).join('/')}`;
  const query = sorted(
    Object.entries({
      ...url.query,
      'X-Goog-Algorithm': 'GOOG4-RSA-SHA256',
      'X-Goog-Credential': `${await signer.email()}/${scope}`,
      'X-Goog-Date': stamp,
      'X-Goog-Expires': String(url.expiresInSeconds),
      'X-Goog-SignedHeaders': signedHeaders,
    }).map(([name, value]) => [encode(name), encode(value)] as const),
  )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  const canonical = [
    url.method,
    path,
    query,
    ...headers.map(([name, value]) => `${name}:${value.trim().replace(/\s+/g, ' ')}`),
    '',
    signedHeaders,
    'UNSIGNED-PAYLOAD',
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['GOOG4-RSA-SHA256', stamp, scope, digest].join('\n');
  const signature = Buffer.from(await signer.sign(Buffer.from(toSign))).toString('hex');
  return `${origin}${path}?${query}&X-Goog-Signature=${signature}`;
}
