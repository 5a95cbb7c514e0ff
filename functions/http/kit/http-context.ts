import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

export interface HttpEnv {
  /** Absent when the app is called in process, without a server. */
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    /** Filled in once the caller is known; for the log line. */
    tenantId: string | undefined;
    keyId: string | undefined;
    /** What made the answer a problem; for the log line. */
    failure: unknown;
    /** Headers that every later answer carries, problems included. */
    answerHeaders: Record<string, string>;
  };
}

export type HttpContext = Context<HttpEnv>;
