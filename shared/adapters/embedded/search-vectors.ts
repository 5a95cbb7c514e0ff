import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { z } from 'zod';
import { cosineDistance } from '../../domain/search-vector.ts';
import type { NearestHit, NearestParams } from '../../ports/search-index.ts';
import { byDistance, readNearest } from '../support/nearest-params.ts';

/** Of so many each search compares every one: 100 to 150 ms of one core. */
const MAX_COMPARED = 20_000;
/** Compared before others get their turn. */
const SLICE = 1_000;

const rowSchema = z.object({
  entry: z.number(),
  vector: z.instanceof(Uint8Array),
  document_id: z.string(),
  filename: z.string(),
  document_type: z.string().nullable(),
});

/**
 * The vectors beside the entries; they go with their entry. Compared one by one, exactly. Of a tenant that has more than 20,000
 * vectors of the type and media type asked for, those that were indexed last are compared. A document that is indexed again
 * meanwhile may be missed.
 */
export function createVectorRows(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO vectors (entry, tenant, vector) VALUES (?, ?, ?)');
  const select = db.prepare(
    `SELECT v.entry, v.vector, e.document_id, e.filename, e.document_type FROM vectors v JOIN entries e ON e.id = v.entry
     WHERE v.tenant = ?1 AND v.entry < ?2 AND (?3 IS NULL OR e.document_type = ?3) AND (?4 IS NULL OR e.media_type = ?4)
     ORDER BY v.entry DESC LIMIT ${SLICE}`,
  );
  return {
    add: (tenant: string, entry: number, vector: Float32Array): void => {
      insert.run(entry, tenant, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    },
    /** Errors: `invalid_request`. */
    nearest: async (tenant: string, params: NearestParams): Promise<NearestHit[]> => {
      const { vector: asked, limit, maxDistance } = readNearest(params);
      const hits: NearestHit[] = [];
      let before = Number.MAX_SAFE_INTEGER;
      for (let compared = 0; compared < MAX_COMPARED; compared += SLICE) {
        if (compared > 0) await yieldToOthers();
        const rows = select.all(tenant, before, params.documentType ?? null, params.mediaType ?? null);
        for (const row of rows) {
          const {
            entry,
            vector,
            document_id: documentId,
            filename,
            document_type: documentType,
          } = rowSchema.parse(row);
          before = entry;
          const { buffer, byteOffset, byteLength } = vector;
          const distance = cosineDistance(asked, new Float32Array(buffer, byteOffset, byteLength / 4));
          if (maxDistance === null || distance <= maxDistance)
            hits.push({ documentId, filename, documentType, distance });
        }
        if (rows.length < SLICE) break;
      }
      return hits.sort(byDistance).slice(0, limit);
    },
  };
}
