import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { decodeImage } from '#gpu/ocr/decode.ts';
import type { Raster } from '#gpu/ocr/raster.ts';
import { inflate } from '#shared/adapters/embedded/converter/worker/inflate.ts';
import type { Word } from '#shared/domain/page.ts';
import { readZipDirectory, readZipEntry } from '#shared/domain/sniff/zip.ts';
import { LIMITS, sourceOf, startConverter } from '../support/converter-fixture.ts';
import type { TrueCell, TrueTable } from '../support/layout-writer.ts';

const MAX_BYTES = 16 * 1024 * 1024;

async function unzipped(file: string, name: string): Promise<string> {
  const bytes = readFileSync(file);
  const reader = { size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) };
  const entry = (await readZipDirectory(reader)).find((one) => one.name === name);
  if (entry === undefined) throw new Error(`The archive has no ${name}.`);
  return Buffer.from(await readZipEntry(reader, entry, inflate, MAX_BYTES)).toString('utf8');
}

interface Node {
  [tag: string]: Node[] | string | Record<string, string>;
}

const childrenOf = (node: Node): [string, Node[]][] =>
  Object.entries(node).flatMap(([tag, value]) => (Array.isArray(value) ? [[tag, value] as [string, Node[]]] : []));

function all(nodes: readonly Node[], tag: string): Node[][] {
  return nodes.flatMap((node) =>
    childrenOf(node).flatMap(([name, inner]) => (name === tag ? [inner] : all(inner, tag))),
  );
}

/** Direct children of a tag only: a table within a cell is the cell's. */
const direct = (nodes: readonly Node[], tag: string): Node[][] =>
  nodes.flatMap((node) => childrenOf(node).flatMap(([name, inner]) => (name === tag ? [inner] : [])));

const textIn = (nodes: readonly Node[]): string =>
  nodes
    .map((node) => {
      const own = node['#text'];
      const parts = childrenOf(node).map(([name, inner]) => `${textIn(inner)}${name === 'w:p' ? ' ' : ''}`);
      return `${own === undefined ? '' : String(own)}${parts.join('')}`;
    })
    .join('');

const attribute = (nodes: readonly Node[], tag: string, name: string): string | null => {
  for (const node of nodes)
    if (tag in node) {
      const attributes = node[':@'];
      return attributes === undefined || Array.isArray(attributes) || typeof attributes === 'string'
        ? ''
        : (attributes[name] ?? '');
    }
  return null;
};

/** The tables of a Word file as its XML has them, with spans; cells without text left out. */
export async function wordTables(file: string): Promise<TrueTable[]> {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    trimValues: false,
  });
  const document: Node[] = parser.parse(await unzipped(file, 'word/document.xml'));
  return all(document, 'w:tbl').map((table): TrueTable => {
    const cells: TrueCell[] = [];
    const open = new Map<number, TrueCell>();
    let columns = 0;
    const rows = direct(table, 'w:tr');
    rows.forEach((cellsOfRow, row) => {
      let column = 0;
      for (const cell of direct(cellsOfRow, 'w:tc')) {
        const properties = direct(cell, 'w:tcPr').flat();
        const columnSpan = Number(attribute(properties, 'w:gridSpan', 'w:val') ?? 1) || 1;
        const merge = attribute(properties, 'w:vMerge', 'w:val');
        const above = open.get(column);
        if (merge !== null && merge !== 'restart' && above !== undefined) above.rowSpan++;
        else {
          const made = { row, column, rowSpan: 1, columnSpan, text: textIn(cell).trim() };
          cells.push(made);
          if (merge === null) open.delete(column);
          else open.set(column, made);
        }
        column += columnSpan;
      }
      columns = Math.max(columns, column);
    });
    return { rows: rows.length, columns, cells, ruled: true };
  });
}

/** Pages of an Office file as the platform renders them, with the words of their text layer. */
export async function* officePages(file: string, mediaType: string): AsyncGenerator<{ raster: Raster; words: Word[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-bench-'));
  const converter = startConverter(folder);
  try {
    const { pdf } = await converter.toPdf({ source: sourceOf(readFileSync(file)), mediaType, limits: LIMITS });
    const parts: Uint8Array[] = [];
    for await (const part of pdf) parts.push(part);
    const source = sourceOf(Buffer.concat(parts));
    for await (const page of converter.renderPages({
      pdf: source,
      from: 1,
      to: 5,
      dpi: 200,
      anyTextLayer: true,
      limits: LIMITS,
    })) {
      if ('error' in page || page.textLayer === null) continue;
      yield { raster: await decodeImage(page.png, LIMITS.maxPixels), words: page.textLayer.words };
    }
  } finally {
    await converter.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
