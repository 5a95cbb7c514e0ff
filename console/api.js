/** What the API answered instead: RFC 9457 problem details. */
export class Problem extends Error {
  /** @param {number} status @param {{title?: string, detail?: string, code?: string}} body */
  constructor(status, body) {
    super(body.detail ?? body.title ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body.code ?? '';
  }
}

const STORED = 'recto-api-key';
export const key = {
  get: () => sessionStorage.getItem(STORED) ?? '',
  /** @param {string} value kept until the tab is closed */
  set: (value) => (value === '' ? sessionStorage.removeItem(STORED) : sessionStorage.setItem(STORED, value)),
};

const authorization = () => ({ authorization: `Bearer ${key.get()}` });

/** @param {Response} response */
async function checked(response) {
  if (response.ok) return response;
  throw new Problem(response.status, await response.json().catch(() => ({})));
}

/** @param {string} path @param {RequestInit} [init] */
async function call(path, init = {}) {
  try {
    return await checked(await fetch(path, { ...init, headers: { ...authorization(), ...init.headers } }));
  } catch (error) {
    if (error instanceof TypeError) throw new Problem(0, { detail: 'The platform cannot be reached. Is it running?' });
    throw error;
  }
}

/** @param {string} path */
export const getJson = async (path) => (await call(path)).json();
/** @param {string} path */
export const getText = async (path) => (await call(path)).text();
/** @param {string} path */
export const getBlob = async (path) => (await call(path)).blob();
/** @param {string} path @param {unknown} [body] */
export const postJson = async (path, body) =>
  (
    await call(path, {
      method: 'POST',
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  ).json();
/** @param {string} path */
export const remove = (path) => call(path, { method: 'DELETE' });

/** @param {string} documentId @param {string} name */
export const artifactPath = (documentId, name) =>
  `/v1/documents/${documentId}/artifacts/${name.split('/').map(encodeURIComponent).join('/')}`;

/**
 * Uploads through XMLHttpRequest, as fetch does not tell how far an upload is.
 * @param {File} file
 * @param {(share: number) => void} onProgress 0 to 1
 * @param {string} [password] of a protected file
 * @returns {Promise<{document: any, run: any}>}
 */
export function upload(file, onProgress, password) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/v1/documents');
    request.setRequestHeader('authorization', authorization().authorization);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    request.addEventListener('error', () =>
      reject(new Problem(0, { detail: 'The upload was cut off. Is the platform running?' })),
    );
    request.addEventListener('load', () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        body = { detail: `The server answered ${request.status} without JSON.` };
      }
      if (request.status < 300) resolve(body);
      else reject(new Problem(request.status, body));
    });
    const form = new FormData();
    form.set('file', file);
    if (password !== undefined) form.set('password', password);
    request.send(form);
  });
}

const ENDED = new Set(['succeeded', 'partial', 'failed', 'cancelled']);
/** @param {string} status */
export const hasEnded = (status) => ENDED.has(status);

/**
 * Follows a run's server-sent events until it has ended; takes the stream up again where it broke. EventSource cannot
 * send an Authorization header, hence fetch.
 * @param {string} runId
 * @param {(run: any) => void} onRun
 * @param {AbortSignal} signal
 */
export async function follow(runId, onRun, signal) {
  let lastId = '';
  while (!signal.aborted) {
    try {
      const response = await call(`/v1/runs/${runId}/events`, {
        signal,
        headers: { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
      });
      for await (const event of events(response.body)) {
        if (event.id !== '') lastId = event.id;
        const run = JSON.parse(event.data);
        onRun(run);
        if (hasEnded(run.status)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.status >= 400 && error.status < 500 && error.status !== 429) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** @param {ReadableStream<Uint8Array>} body the events that carry data */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value.replaceAll('\r\n', '\n');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = { id: '', data: '' };
      for (const line of block.split('\n')) {
        const [, field, text] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (field === 'id') event.id = text;
        if (field === 'data') event.data += text;
      }
      if (event.data !== '') yield event;
    }
  }
}
