import type { DatabaseSync } from 'node:sqlite';
import { cosineDistance } from '../../domain/search-vector.ts';
import type { NearestHit, NearestParams } from '../../ports/search-index.ts';
import { byDistance, readNearest } from '../support/nearest-params.ts';

/** Of so many each search compares every one: 70 ms on one core, during which nothing else runs. */
const MAX_COMPARED = 20_000;

/**
 * The vectors beside the entries; they go with their entry. Compared one by one, exactly. Of a tenant that has more than 20,000
 * vectors of the type and media type asked for, those that were indexed last are compared.
 */
export function createVectorRows(db: DatabaseSync) {
  const insert = db.prepare('INSERT INTO vectors (entry, tenant, vector) VALUES (?, ?, ?)');
  const select = db.prepare(
    `SELECT v.vector, e.document_id, e.filename, e.document_type FROM vectors v JOIN entries e ON e.id = v.entry
     WHERE v.tenant = ?1 AND (?2 IS NULL OR e.document_type = ?2) AND (?3 IS NULL OR e.media_type = ?3)
     ORDER BY v.entry DESC LIMIT ${MAX_COMPARED}`,
  );
  return {
    add: (tenant: string, entry: number, vector: Float32Array): void => {
      insert.run(entry, tenant, new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength));
    },
    /** Errors: `invalid_request`. */
    nearest: (tenant: string, params: NearestParams): NearestHit[] => {
      const { vector: asked, limit, maxDistance } = readNearest(params);
      const hits: NearestHit[] = [];
      for (const row of select.iterate(tenant, params.documentType ?? null, params.mediaType ?? null)) {
        if (!(row.vector instanceof Uint8Array)) continue;
        const distance = cosineDistance(asked, new Float32Array(new Uint8Array(row.vector).buffer));
        if (maxDistance !== null && distance > maxDistance) continue;
        const { document_id: documentId, filename, document_type: type } = row;
        const documentType = type === null || type === undefined ? null : String(type);
        hits.push({ documentId: String(documentId), filename: String(filename), documentType, distance });
      }
      return hits.sort(byDistance).slice(0, limit);
    },
  };
}
