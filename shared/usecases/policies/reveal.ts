import { z } from 'zod';
import { revealPseudonyms } from '../../domain/redaction/operators/pseudonym.ts';
import { operatorKeys } from '../../steps/support/privacy-policy.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

export const revealSchema = z.strictObject({ text: z.string().max(1_000_000) });

/** Turns the tenant's pseudonyms in a text back; who asked is on record, the values are not. Error: `invalid_request`. */
export async function reveal(ctx: UseCaseContext, input: z.infer<typeof revealSchema>): Promise<{ text: string }> {
  const text = await revealPseudonyms(input.text, operatorKeys(ctx.ports).mac);
  await ctx.ports.store.transaction(async (tx) => {
    recordAudit(tx, ctx, { action: 'pseudonyms.revealed', targets: [], metadata: { changed: text !== input.text } });
  });
  return { text };
}
