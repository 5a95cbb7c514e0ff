import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import { type IdKind, idSchema } from '#shared/domain/ids.ts';
import type { Answer, AnswerDoc } from '../kit/route.ts';

/** Of every list. */
export const paging = {
  pageSize: z.coerce.number().int().min(1).max(200).default(50).describe('Items on a page, at most.'),
  pageToken: z.string().min(1).max(2000).optional().describe('`nextPageToken` of an earlier page of the same list.'),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextPageToken: z.string().nullable() });

export const listAnswer = (description: string, item: z.ZodType): Record<number, AnswerDoc> => ({
  200: { description, schema: pageOf(item) },
});

/** An id from the path. What cannot be one names nothing, so it is answered exactly as one that does not exist. */
export function pathId(params: Readonly<Record<string, string>>, name: string, kind: IdKind, noun: string): string {
  const value = params[name] ?? '';
  if (!idSchema(kind).safeParse(value).success)
    throw new RectoError('not_found', `There is no ${noun} ${shown(value)}.`);
  return value;
}

const shown = (value: string): string => value.slice(0, 40).replace(/[^\w.-]/g, '?');

export type { Answer };
