import { z } from 'zod';
import { results, tenants } from '../../domain/collections.ts';
import { RectoError } from '../../domain/errors.ts';
import { idSchema } from '../../domain/ids.ts';
import { recordAudit } from '../audit/record.ts';
import type { UseCaseContext } from '../context.ts';

export const invalidateReuseSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hexadecimal digits'),
  }),
  z.strictObject({ documentId: idSchema('document') }),
]);
export type InvalidateReuse = z.infer<typeof invalidateReuseSchema>;

/**
 * Finished results are not taken over any more: of all content (the configuration revision grows), of one content, or of
 * one document. `invalidated` counts the results removed; null when the revision made all of them stale at once.
 */
export async function invalidateReuse(
  ctx: UseCaseContext,
  input: InvalidateReuse,
): Promise<{ invalidated: number | null }> {
  if ('all' in input) {
    await ctx.ports.store.transaction(async (tx) => {
      const found = await tx.get(tenants, { id: ctx.ports.tenantId });
      if (found === null) throw new RectoError('not_found', 'This tenant does not exist any more.');
      const { settings } = found.data;
      tx.put(
        tenants,
        { id: found.id },
        { ...found.data, settings: { ...settings, configRevision: settings.configRevision + 1 } },
      );
      audit(tx, ctx, input);
    });
    return { invalidated: null };
  }
  const [field, value] = 'sha256' in input ? ['sha256', input.sha256] : ['documentId', input.documentId];
  let invalidated = 0;
  for (;;) {
    const { records } = await ctx.ports.store.query(results, { where: [{ field, op: '==', value }], limit: 400 });
    await ctx.ports.store.transaction(async (tx) => {
      for (const { id } of records) tx.delete(results, { id });
      if (invalidated === 0) audit(tx, ctx, input);
    });
    invalidated += records.length;
    if (records.length < 400) return { invalidated };
  }
}

function audit(tx: Parameters<typeof recordAudit>[0], ctx: UseCaseContext, input: InvalidateReuse): void {
  recordAudit(tx, ctx, {
    action: 'reuse.invalidated',
    targets: [{ type: 'tenant', id: ctx.ports.tenantId }],
    metadata: input,
  });
}
