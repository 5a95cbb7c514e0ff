import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { crc32c } from '#shared/adapters/support/crc32c.ts';

/** What a handler answers: a status and JSON. */
export interface Answer {
  status: number;
  json?: unknown;
}
export interface Asked {
  method: string;
  /** Path without query. */
  path: string;
  query: URLSearchParams;
  json: Record<string, unknown>;
  authorization: string | null;
}

const refused = (code: number, status: string, message: string): Answer => ({
  status: code,
  json: { error: { code, status, message } },
});

/** An HTTP server that answers JSON; `origin` has no slash at its end. */
export async function serveJson(
  handle: (asked: Asked) => Answer,
): Promise<{ origin: string; asked: Asked[]; close: () => void }> {
  const asked: Asked[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://localhost');
      const text = Buffer.concat(chunks).toString('utf8');
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        json: text === '' ? {} : JSON.parse(text),
        authorization: request.headers.authorization ?? null,
      };
      asked.push(one);
      const { status, json } = handle(one);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(json === undefined ? '' : JSON.stringify(json));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const bytesOf = (value: unknown): Buffer => Buffer.from(String(value ?? ''), 'base64');

/** Cloud KMS as its REST API is documented: encrypt and decrypt with a key that never leaves, checksums both ways. */
export function kmsService(): (asked: Asked) => Answer {
  const key = randomBytes(32);
  return ({ path, json }) => {
    const associated = bytesOf(json.additionalAuthenticatedData);
    if (path.endsWith(':encrypt')) {
      const plaintext = bytesOf(json.plaintext);
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      cipher.setAAD(associated);
      const sealed = Buffer.concat([nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
      return {
        status: 200,
        json: {
          name: `${path.slice('/v1/'.length).replace(':encrypt', '')}/cryptoKeyVersions/1`,
          ciphertext: sealed.toString('base64'),
          ciphertextCrc32c: String(crc32c(sealed)),
          verifiedPlaintextCrc32c: String(crc32c(plaintext)) === json.plaintextCrc32c,
          verifiedAdditionalAuthenticatedDataCrc32c:
            String(crc32c(associated)) === json.additionalAuthenticatedDataCrc32c,
        },
      };
    }
    if (!path.endsWith(':decrypt')) return refused(404, 'NOT_FOUND', 'no such method');
    const sealed = bytesOf(json.ciphertext);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAAD(associated);
      decipher.setAuthTag(sealed.subarray(-16));
      const plaintext = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
      return {
        status: 200,
        json: { plaintext: plaintext.toString('base64'), plaintextCrc32c: String(crc32c(plaintext)) },
      };
    } catch {
      // The tag does not fit: what KMS answers then.
      return refused(400, 'INVALID_ARGUMENT', 'Decryption failed: the ciphertext is invalid.');
    }
  };
}

/** Secret Manager as its REST API is documented, limits included. */
export function secretManagerService(): (asked: Asked) => Answer {
  const secrets = new Map<string, (Buffer | null)[]>();
  return ({ method, path, query, json }) => {
    const match = /^\/v1\/projects\/[^/]+\/secrets(?:\/([\w-]{1,255}))?(?:\/versions\/(\d+))?(?::(\w+))?$/.exec(path);
    if (match === null) return refused(404, 'NOT_FOUND', `no such path: ${path}`);
    const [, secret = '', version, verb] = match;
    if (method === 'POST' && secret === '') {
      const id = query.get('secretId') ?? '';
      if (!/^[\w-]{1,255}$/.test(id)) return refused(400, 'INVALID_ARGUMENT', 'invalid id');
      if (secrets.has(id)) return refused(409, 'ALREADY_EXISTS', 'Secret already exists');
      secrets.set(id, []);
      return { status: 200, json: { name: `projects/1/secrets/${id}` } };
    }
    const versions = secrets.get(secret);
    if (versions === undefined) return refused(404, 'NOT_FOUND', `Secret [${secret}] not found`);
    if (verb === 'addVersion') {
      const { payload }: { payload?: { data?: string; dataCrc32c?: string } } = json;
      const data = bytesOf(payload?.data);
      if (data.length === 0) return refused(400, 'INVALID_ARGUMENT', 'Secret Payload cannot be empty.');
      if (data.length > 65_536) return refused(400, 'INVALID_ARGUMENT', 'Secret Payload is too large.');
      if (payload?.dataCrc32c !== String(crc32c(data))) return refused(400, 'INVALID_ARGUMENT', 'checksum mismatch');
      versions.push(data);
      return { status: 200, json: { name: `projects/1/secrets/${secret}/versions/${versions.length}` } };
    }
    if (method === 'DELETE' && version === undefined) {
      secrets.delete(secret);
      return { status: 200, json: {} };
    }
    const at = Number(version) - 1;
    const data = versions[at];
    if (data === undefined) return refused(404, 'NOT_FOUND', 'Secret Version not found');
    if (data === null) return refused(400, 'FAILED_PRECONDITION', 'Secret Version is in DESTROYED state.');
    if (verb === 'destroy') {
      versions[at] = null;
      return { status: 200, json: { state: 'DESTROYED' } };
    }
    return {
      status: 200,
      json: { payload: { data: data.toString('base64'), dataCrc32c: String(crc32c(data)) } },
    };
  };
}
