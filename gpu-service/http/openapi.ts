import { z } from 'zod';
import type { Route } from './route.ts';
import { components, problemSchema } from './schemas.ts';

type JsonObject = Record<string, unknown>;

/** OpenAPI 3.1 of the route table. */
export function openApiDocument(routes: readonly Route[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  const { schemas } = z.toJSONSchema(components, { uri: refTo, io: 'output', unrepresentable: 'any' });
  for (const schema of Object.values(schemas)) {
    delete schema.$schema;
    delete schema.$id;
    delete schema.id;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Recto OCR service',
      version: '1',
      summary: 'Page images in; words, lines, blocks and tables with boxes out.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas,
      securitySchemes: {
        caller: { type: 'http', scheme: 'bearer' },
        admin: { type: 'apiKey', in: 'header', name: 'x-recto-admin-token' },
      },
    },
  };
}

function operation(route: Route): JsonObject {
  const { answer } = route;
  const content =
    'mediaType' in answer
      ? { [answer.mediaType]: { schema: { type: 'string' } } }
      : { 'application/json': { schema: toSchema(answer, 'output') } };
  const problem = { 'application/problem+json': { schema: toSchema(problemSchema, 'output') } };
  return {
    operationId: route.id,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: [...inPath(route.path), ...inQuery(route)],
    ...(route.bodies === undefined ? {} : { requestBody: { required: true, content: bodies(route.bodies) } }),
    responses: {
      200: { description: 'Done', content },
      default: { description: 'A problem', content: problem },
    },
    security: { public: [], caller: [{ caller: [] }], admin: [{ caller: [], admin: [] }] }[route.access],
  };
}

const bodies = (of: NonNullable<Route['bodies']>): JsonObject =>
  Object.fromEntries(
    Object.entries(of).map(([type, schema]) => [
      type,
      { schema: schema === null ? { type: 'string', contentMediaType: type } : toSchema(schema, 'input') },
    ]),
  );

const inPath = (path: string): JsonObject[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const inQuery = (route: Route): JsonObject[] =>
  Object.entries(route.query?.shape ?? {}).map(([name, schema]) => {
    const { description, ...typed } = toSchema(schema, 'input');
    return { name, in: 'query', required: !z.safeParse(schema, undefined).success, description, schema: typed };
  });

/** JSON Schema; one with a name of its own as a reference. */
function toSchema(schema: z.core.$ZodType, io: 'input' | 'output'): JsonObject {
  const id = schema instanceof z.ZodType ? components.get(schema)?.id : undefined;
  if (id !== undefined) return { $ref: refTo(id) };
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const refTo = (id: string): string => `#/components/schemas/${id}`;
