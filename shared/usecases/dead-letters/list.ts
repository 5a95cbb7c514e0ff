import { deadLetters } from '../../domain/collections.ts';
import { type DeadLetter, deadLetterSchema } from '../../domain/run.ts';
import type { UseCaseContext } from '../context.ts';
import { equals, type Listed, listPage, type PageParams } from '../support/page.ts';

/** Newest first: the open ones unless another status is asked for, of all step kinds or of one. */
export function listDeadLetters(
  ctx: UseCaseContext,
  input: PageParams & { status?: DeadLetter['status'] | undefined; stepKind?: string | undefined },
): Promise<Listed<DeadLetter>> {
  const { status = 'open', stepKind, ...page } = input;
  return listPage(ctx.ports.store, {
    ...page,
    collection: deadLetters,
    where: equals({ status, stepKind }),
    newestBy: 'createdAt',
    view: ({ data }) => deadLetterSchema.parse(data),
  });
}
