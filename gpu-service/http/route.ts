import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { RectoError } from '../../shared/domain/errors.ts';

export interface Call {
  request: IncomingMessage;
  response: ServerResponse;
  /** Of the path: `{id}`. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** Aborts when the caller goes away. */
  gone: AbortSignal;
}

export interface Answer {
  status?: number;
  body: unknown;
}

/** One row of the table that is served and described: `/openapi.json` is made of it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in OpenAPI. */
  path: string;
  id: string;
  summary: string;
  description?: string;
  /** Public: without credentials. Admin: with the admin token as well, where one is set. */
  access: 'public' | 'caller' | 'admin';
  query?: z.ZodObject;
  /** Media type to the schema of the body; null: bytes. */
  bodies?: Readonly<Record<string, z.ZodType | null>>;
  answer: z.ZodType | { mediaType: string };
  /** Null: it has answered itself. */
  handle: (call: Call) => Promise<Answer | null>;
}

/** The values as the schema has them. Errors: `invalid_request`, naming each that is wrong. */
export function validated<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the body'}: ${issue.message}`);
  throw new RectoError('invalid_request', `The request is not valid: ${wrong.join('; ')}.`);
}

export const queryOf = <T extends z.ZodType>(schema: T, { query }: Call): z.output<T> =>
  validated(schema, Object.fromEntries(query));
