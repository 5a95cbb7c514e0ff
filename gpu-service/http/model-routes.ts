import { RectoError } from '../../shared/domain/errors.ts';
import { ocrModelsSchema } from '../../shared/domain/ocr-models.ts';
import { isReaderId, READER_IDS, type ReaderId } from '../ocr/models.ts';
import { readBody } from './body.ts';
import { jsonOf } from './page-bodies.ts';
import type { ServiceParts } from './parts.ts';
import { type Answer, type Call, queryOf, type Route, validated } from './route.ts';
import { cacheQuerySchema, defaultModelSchema, dropAnswerSchema } from './schemas.ts';

export function modelRoutes(parts: ServiceParts): Route[] {
  const { manager, cache, plan } = parts;
  const models = (): Answer => ({
    body: {
      default: manager.defaultReader,
      provider: plan.provider,
      memoryMb: manager.memoryMb,
      budgetMb: manager.budgetMb,
      models: manager.list().map(({ parts, ...status }) => ({
        ...status,
        default: status.id === manager.defaultReader,
        parts: parts.map(({ id, version, task, languages, sha256, licence, memoryMb, precision }) => ({
          ...{ id, version, task, languages, sha256, licence, memoryMb, precision },
        })),
      })),
    },
  });
  const change = (verb: 'load' | 'unload'): Route => ({
    method: 'POST',
    path: `/v1/models/{id}/${verb}`,
    id: `${verb}Model`,
    summary:
      verb === 'load'
        ? 'Load a model into every thread'
        : 'Give a model’s memory back; 409 for the default or one in use',
    access: 'admin',
    answer: ocrModelsSchema,
    handle: async ({ params }) => {
      await manager[verb](named(params.id));
      return models();
    },
  });
  return [
    {
      method: 'GET',
      path: '/v1/models',
      id: 'listModels',
      summary: 'The models a request may name, what they are made of, and which are loaded',
      access: 'caller',
      answer: ocrModelsSchema,
      handle: async () => models(),
    },
    change('load'),
    change('unload'),
    {
      method: 'PUT',
      path: '/v1/models/default',
      id: 'setDefaultModel',
      summary: 'Read with another model where a request names none, as soon as it is loaded',
      description: 'Until this process ends; OCR_MODEL says which it starts with.',
      access: 'admin',
      bodies: { 'application/json': defaultModelSchema },
      answer: ocrModelsSchema,
      handle: async (call) => {
        await manager.setDefault((await smallJson(parts, call)).id);
        return models();
      },
    },
    {
      method: 'DELETE',
      path: '/v1/cache',
      id: 'dropCache',
      summary: 'Forget results: all, or those of one model',
      access: 'admin',
      query: cacheQuerySchema,
      answer: dropAnswerSchema,
      handle: async (call) => ({ body: { dropped: await cache.drop(queryOf(cacheQuerySchema, call).model) } }),
    },
  ];
}

async function smallJson(parts: ServiceParts, call: Call): Promise<{ id: ReaderId }> {
  const { bytes, release } = await readBody(call.request, 1024, parts.budget);
  release();
  return validated(defaultModelSchema, jsonOf(bytes));
}

function named(id: string | undefined): ReaderId {
  if (id !== undefined && isReaderId(id)) return id;
  throw new RectoError('not_found', `There is no OCR model "${id}"; there are ${READER_IDS.join(', ')}.`);
}
