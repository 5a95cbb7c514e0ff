import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Has LibreOffice write `source` in another format; `filter` is its export filter, `extension` that of the result. */
export function convert(params: {
  source: string;
  sourceExtension: string;
  importFilter?: string;
  extension: string;
  filter: string;
}): Uint8Array {
  const dir = mkdtempSync(path.join(tmpdir(), 'recto-samples-'));
  try {
    const input = path.join(dir, `sample.${params.sourceExtension}`);
    writeFileSync(input, params.source);
    const result = spawnSync(
      'soffice',
      [
        `-env:UserInstallation=file://${dir}/profile`,
        '--headless',
        '--norestore',
        ...(params.importFilter === undefined ? [] : [`--infilter=${params.importFilter}`]),
        '--convert-to',
        `${params.extension}:${params.filter}`,
        '--outdir',
        path.join(dir, 'out'),
        input,
      ],
      { encoding: 'utf8', timeout: 120_000 },
    );
    if (result.status !== 0) throw new Error(`LibreOffice could not make the sample: ${result.stderr}`);
    return readFileSync(path.join(dir, 'out', `sample.${params.extension}`));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
