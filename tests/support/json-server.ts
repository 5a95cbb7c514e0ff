import { onTestFinished } from 'vitest';
import { type Answer, type Asked, serveJson } from './google-services.ts';

/** The server, until the test ends. */
export async function jsonServer(handle: (asked: Asked) => Answer): Promise<{ origin: string; asked: Asked[] }> {
  const { origin, asked, close } = await serveJson(handle);
  onTestFinished(close);
  return { origin, asked };
}
