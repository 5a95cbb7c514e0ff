import type { z } from 'zod';
import type { Scope } from '#shared/domain/principal.ts';
import type { Tenant } from '#shared/domain/tenant.ts';
import type { UseCaseContext } from '#shared/usecases/context.ts';
import type { Services } from '../services.ts';
import type { HttpContext } from './http-context.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Who may call: anyone, any valid credentials, or those that hold the scope. Every route says it; one that does not fails at start. */
export type Access = 'public' | 'authenticated' | { scope: Scope };

export interface AnswerDoc {
  description: string;
  /** Of the JSON body. */
  schema?: z.ZodType;
  /** Where the body is not JSON. */
  mediaTypes?: readonly string[];
}

/** What the OpenAPI document says of a route. */
export interface RouteDoc {
  method: Method;
  /** As in OpenAPI: `/v1/documents/{id}`. */
  path: string;
  access: Access;
  /** operationId. */
  id: string;
  tag: string;
  summary: string;
  description?: string;
  query?: z.ZodObject;
  /** Names in `query` that may be given more than once. */
  repeatable?: readonly string[];
  body?: z.ZodType;
  /** The parts of a multipart form beside `file`. */
  form?: z.ZodObject;
  /** The last path parameter may hold slashes. */
  wildcard?: boolean;
  answers: Readonly<Record<number, AnswerDoc>>;
}

export interface Answer {
  status: number;
  /** JSON; absent: no body. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
}

/** What a handler gets: checked input, and a use-case context bound to the caller's tenant. */
export interface Call<Q, B> {
  c: HttpContext;
  services: Services;
  params: Readonly<Record<string, string>>;
  query: Q;
  body: B;
  ctx: UseCaseContext;
  tenant: Tenant;
}

export interface RouteSpec<Q extends z.ZodObject, B extends z.ZodType> extends RouteDoc {
  access: 'authenticated' | { scope: Scope };
  query?: Q;
  body?: B;
  /** An absent body counts as `{}`. */
  optionalBody?: boolean;
  /** The answer shows a secret: it is kept encrypted for repetition. */
  secretAnswer?: boolean;
  /** The handler reads the body and keeps the Idempotency-Key by itself. */
  ownBody?: boolean;
  handle(call: Call<z.output<Q>, z.output<B>>): Promise<Answer | Response>;
}

/** A route whose handler has been given back its types; made by `route`, served by `serveRoute`. */
export interface Route extends RouteDoc {
  optionalBody: boolean;
  secretAnswer: boolean;
  ownBody: boolean;
  invoke(call: Call<unknown, unknown>): Promise<Answer | Response>;
}

/** A route without caller: liveness, reference pages, signed URLs. */
export interface PublicRoute extends RouteDoc {
  access: 'public';
  respond(c: HttpContext, services: Services): Promise<Response> | Response;
}

/** Declares a route of the API. Handlers only ever see input that its schemas have passed. */
export function route<Q extends z.ZodObject, B extends z.ZodType>(spec: RouteSpec<Q, B>): Route {
  const { handle, optionalBody = false, secretAnswer = false, ownBody = false, ...doc } = spec;
  return {
    ...doc,
    optionalBody,
    secretAnswer,
    ownBody,
    invoke: (call) =>
      handle({
        ...call,
        // Parsed by these very schemas a moment ago, in `serveRoute`.
        query: call.query as z.output<Q>,
        body: call.body as z.output<B>,
      }),
  };
}

export const isPublic = (entry: Route | PublicRoute): entry is PublicRoute => entry.access === 'public';

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown, location?: string): Answer => ({
  status: 201,
  body,
  ...(location === undefined ? {} : { headers: { location } }),
});
export const accepted = (body: unknown, location?: string): Answer => ({ ...created(body, location), status: 202 });
export const noContent = (): Answer => ({ status: 204 });
