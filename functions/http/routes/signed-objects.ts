import { RectoError } from '#shared/domain/errors.ts';
import type { HttpContext } from '../kit/http-context.ts';
import { requestBytes } from '../kit/request-body.ts';
import type { PublicRoute } from '../kit/route.ts';
import { sendObject } from '../kit/send-object.ts';
import type { Services } from '../services.ts';

const common = {
  path: '/_objects/{token}',
  access: 'public',
  tag: 'Signed URLs',
  description: 'The token is the credential; it names one object and runs out.',
} as const;

function open(c: HttpContext, { signedObjects }: Services, method: 'GET' | 'PUT') {
  const token = c.req.param('token') ?? '';
  const opened = signedObjects?.openSigned(token);
  // A link to read must not write, and the other way round; it looks like no link at all.
  if (opened === undefined || opened.claims.method !== method)
    throw new RectoError('not_found', 'There is nothing at this link. Use it exactly as it was given.');
  return opened;
}

/** Generations are the store's own words; whoever holds a link knows only that it has been used. */
function usedUp(error: unknown): unknown {
  return error instanceof RectoError && error.code === 'precondition_failed'
    ? new RectoError(
        'precondition_failed',
        'This link has been used: it takes bytes once. Ask for a new one to upload again.',
      )
    : error;
}

const put: PublicRoute = {
  ...common,
  id: 'putSignedObject',
  method: 'put',
  summary: 'Upload the bytes of a presigned document',
  answers: { 200: { description: 'Received; processing starts by itself' } },
  respond: async (c, services) => {
    const { claims, objects } = open(c, services, 'PUT');
    const { platform } = services;
    const { tenantId, bucket, key, maxBytes } = claims;
    const body = requestBytes(c, platform.clock);
    // Once: a link that is used again must not change what has been taken in.
    const once = { bucket, key, body, mediaType: 'application/octet-stream', ifGeneration: '0' };
    const info = await objects
      .put(maxBytes === null ? once : { ...once, maxBytes })
      .catch((error: unknown) => Promise.reject(usedUp(error)));
    // As Cloud Storage would: the arrival is a message.
    await platform.bus.publish([
      {
        topic: 'object-finalized',
        data: '',
        attributes: {
          eventType: 'OBJECT_FINALIZE',
          bucketId: bucket,
          objectId: key,
          objectGeneration: info.generation,
          tenantId,
        },
      },
    ]);
    c.set('tenantId', tenantId);
    const headers = { ...c.get('answerHeaders'), 'content-type': 'application/json; charset=utf-8' };
    return new Response(JSON.stringify({ size: info.size, sha256: info.sha256 }), { status: 200, headers });
  },
};

const get: PublicRoute = {
  ...common,
  id: 'getSignedObject',
  method: 'get',
  summary: 'Download what a signed URL names',
  answers: { 200: { description: 'The bytes', mediaTypes: ['application/octet-stream'] } },
  respond: async (c, services) => {
    const { claims, objects } = open(c, services, 'GET');
    const { bucket, key, downloadName } = claims;
    const info = await objects.head({ bucket, key });
    if (info === null) throw new RectoError('not_found', 'What this link names is gone.');
    return sendObject(c, {
      filename: downloadName ?? key.split('/').at(-1) ?? 'download',
      mediaType: info.mediaType,
      size: info.size,
      sha256: info.sha256,
      read: async (range) => {
        const found = await objects.get({ bucket, key, ...(range === undefined ? {} : { range }) });
        if (found === null) throw new RectoError('not_found', 'What this link names is gone.');
        return found.body;
      },
    });
  },
};

export const signedObjectRoutes: readonly PublicRoute[] = [put, get];
