import type { ExtractionResult } from '../extraction-result.ts';
import type { Box, Page } from '../page.ts';

/** What was found on pages without places is somewhere on them: its box is the whole page. */
export function claimNoPlaces(result: ExtractionResult, pages: readonly Page[]): ExtractionResult {
  const whole = new Map(
    pages
      .filter((page) => page.geometry === 'none')
      .map((page): [number, Box] => [page.number, [0, 0, page.width, page.height]]),
  );
  const placed = <T extends { page: number; box: Box }>(part: T): T => ({
    ...part,
    box: whole.get(part.page) ?? part.box,
  });
  return {
    ...result,
    fields: result.fields.map(placed),
    tables: result.tables.map((table) => ({ ...table, rows: table.rows.map(placed) })),
  };
}
