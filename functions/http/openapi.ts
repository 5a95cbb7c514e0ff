import { z } from 'zod';
import { ERROR_CODES } from '#shared/domain/errors.ts';
import type { AnswerDoc, PublicRoute, Route } from './kit/route.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** Schemas with a name of their own in the document: `components.add(schema, { id })`. */
export const components = z.registry<{ id: string }>();

const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(Object.keys(ERROR_CODES)),
  requestId: z.string(),
});
components.add(problemSchema, { id: 'Problem' });

/** OpenAPI 3.1 from the route table: what is served is what is described. */
export function openApiDocument(routes: readonly (Route | PublicRoute)[], options: { url: string }): JsonObject {
  const schemas: JsonObject = {};
  const toSchema = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => hoist(schema, io, schemas);
  const paths: { [path: string]: JsonObject } = {};
  for (const entry of routes) {
    paths[entry.path] = { ...paths[entry.path], [entry.method]: operation(entry, toSchema) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Recto',
      version: '1',
      summary: 'Any document in; searchable, structured, redacted output out.',
      description:
        'Errors are RFC 9457 problems with a stable `code`. Times are epoch milliseconds unless a name says otherwise.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.url }],
    paths,
    components: {
      schemas,
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `recto_key_…`' } },
    },
  };
}

function operation(
  entry: Route | PublicRoute,
  toSchema: (schema: z.ZodType, io: 'input' | 'output') => JsonObject,
): JsonObject {
  const { access } = entry;
  const answers = Object.entries(entry.answers).map(([status, answer]) => [status, answerDoc(answer, toSchema)]);
  const scope = typeof access === 'object' ? access.scope : access;
  const body = requestBody(entry, toSchema);
  return {
    operationId: entry.id,
    tags: [entry.tag],
    summary: entry.summary,
    ...(entry.description === undefined ? {} : { description: entry.description }),
    parameters: parameters(entry, toSchema),
    ...(body === null ? {} : { requestBody: body }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: toSchema(problemSchema, 'output') } },
      },
    },
    security: access === 'public' ? [] : [{ apiKey: [] }],
    'x-recto-access': scope,
  };
}

function parameters(
  entry: Route | PublicRoute,
  toSchema: (schema: z.ZodType, io: 'input' | 'output') => JsonObject,
): Json[] {
  const inPath = [...entry.path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']): Json => ({ name, in: 'path', required: true, schema: { type: 'string' } }),
  );
  const inQuery = Object.entries(entry.query?.shape ?? {}).map(([name, schema]): Json => {
    const optional = schema.safeParse(undefined).success;
    const { description, ...typed } = toSchema(asZod(schema), 'input');
    const told = description === undefined ? {} : { description };
    return { name, in: 'query', required: !optional, ...told, schema: typed };
  });
  const key: Json[] =
    entry.method === 'post' && entry.access !== 'public'
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: false,
            description: 'Makes the write happen once: the same request again gets the same answer for 24 hours.',
            schema: { type: 'string', maxLength: 255 },
          },
        ]
      : [];
  return [...inPath, ...inQuery, ...key];
}

function requestBody(
  entry: Route | PublicRoute,
  toSchema: (schema: z.ZodType, io: 'input' | 'output') => JsonObject,
): JsonObject | null {
  const content: JsonObject = {};
  if (entry.form !== undefined) {
    const form = toSchema(entry.form, 'input');
    const properties = typeof form.properties === 'object' && !Array.isArray(form.properties) ? form.properties : {};
    content['multipart/form-data'] = {
      schema: {
        ...form,
        properties: { ...properties, file: { type: 'string', contentMediaType: 'application/octet-stream' } },
        required: ['file'],
      },
    };
  }
  if (entry.body !== undefined) content['application/json'] = { schema: toSchema(entry.body, 'input') };
  return Object.keys(content).length === 0
    ? null
    : { required: entry.form !== undefined || entry.body !== undefined, content };
}

function answerDoc(answer: AnswerDoc, toSchema: (schema: z.ZodType, io: 'input' | 'output') => JsonObject): JsonObject {
  const content: JsonObject = {};
  if (answer.schema !== undefined) content['application/json'] = { schema: toSchema(answer.schema, 'output') };
  for (const type of answer.mediaTypes ?? []) content[type] = { schema: { type: 'string' } };
  return { description: answer.description, ...(Object.keys(content).length === 0 ? {} : { content }) };
}

/** JSON Schema of a zod schema, its named parts moved to `components.schemas`. */
function hoist(schema: z.ZodType, io: 'input' | 'output', schemas: JsonObject): JsonObject {
  const generated = z.toJSONSchema(schema, {
    metadata: components,
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const description = z.globalRegistry.get(zodSchema)?.description;
      if (description !== undefined) jsonSchema.description = description;
    },
  });
  const plain = asObject(
    JSON.parse(
      JSON.stringify(generated)
        .replaceAll('"#/$defs/__schema0"', '"#/components/schemas/Json"')
        .replaceAll('"#/$defs/', '"#/components/schemas/'),
    ),
  );
  const { $schema: _schema, $defs, ...own } = plain;
  for (const [name, definition] of Object.entries(asObject($defs ?? {}))) {
    const { id: _id, $id: _anchor, ...rest } = asObject(definition);
    schemas[name === '__schema0' ? 'Json' : name] = rest;
  }
  const { id } = own;
  if (typeof id !== 'string' || components.get(schema)?.id !== id) return own;
  const { id: _own, ...rest } = own;
  schemas[id] = rest;
  return { $ref: `#/components/schemas/${id}` };
}

const asObject = (value: Json): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
const asZod = (schema: z.core.$ZodType): z.ZodType => schema as z.ZodType;
