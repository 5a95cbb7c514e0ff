import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processTree } from '../chaos/process-tree.ts';
import { docx, paragraph } from '../corpus/office-files.ts';
import { type DocumentSeen, ended, getDocument, getRun, hasEnded, sendOk } from '../support/documents-client.ts';
import { eventually, type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const OFFICE = spawnSync('soffice', ['--version'], { timeout: 60_000 }).status === 0;
const SECONDS = 8;

let platform: LocalPlatform;
let pid: number;
beforeAll(async () => {
  platform = await startLocalPlatform({ RECTO_CONVERT_SECONDS: String(SECONDS) });
  pid = platform.pid;
});
afterAll(() => platform?.dispose());

const officePids = (): number[] =>
  processTree(platform.pid)
    .filter((each) => each.command.includes('soffice.bin'))
    .map((each) => each.pid);
const letter = (text: string): Buffer => docx({ body: paragraph(text) });
const convertErrors = async (document: DocumentSeen): Promise<(string | undefined)[]> => {
  const run = await getRun(platform, document.runId ?? '');
  return run.steps
    .filter((step) => step.id === 'convert')
    .flatMap((step) => step.attempts.map((each) => each.error?.code));
};
/** Tables in tables, each with two in it: kilobytes that keep a layout engine busy for minutes. */
const thicket = (depth: number): string =>
  depth === 0 ? 'x' : `<table><tr><td>${thicket(depth - 1)}</td><td>${thicket(depth - 1)}</td></tr></table>`;

describe.runIf(OFFICE)('a converter that hangs', () => {
  test('is replaced when the time of its document is up: that document is tried again and ready, others never wait', async () => {
    expect(await ended(platform, await sendOk(platform, 'warm.docx', letter('Warm up.')))).toMatchObject({
      status: 'ready',
    });
    const [hung] = officePids();
    if (hung === undefined) throw new Error('no Office process runs');
    process.kill(hung, 'SIGSTOP');
    const victim = await sendOk(platform, 'victim.docx', letter('The converter stops under this letter.'));
    await eventually(
      async () => (await getRun(platform, (await getDocument(platform, victim)).runId ?? '')).status,
      (status) => status === 'running',
    );
    const other = await ended(platform, await sendOk(platform, 'other.docx', letter('Another letter, unharmed.')));
    expect(other).toMatchObject({ status: 'ready', error: null });
    const document = await ended(platform, victim);
    expect(document).toMatchObject({ status: 'ready', error: null });
    expect(await convertErrors(document)).toEqual(['conversion_timeout']);
    expect(officePids()).not.toContain(hung);
  }, 120_000);

  test('again and again with one document fails that one with a code, and no other', async () => {
    const page = `<!doctype html><html><body>${thicket(12)}</body></html>`;
    const poison = await sendOk(platform, 'thicket.html', page);
    const others: string[] = [];
    // A stream of honest documents for as long as the other one is tried.
    while (!hasEnded(await getDocument(platform, poison))) {
      const id = await sendOk(platform, `honest-${others.length}.docx`, letter(`Honest letter ${others.length}.`));
      expect(await ended(platform, id)).toMatchObject({ status: 'ready', error: null });
      others.push(id);
    }
    const document = await getDocument(platform, poison);
    expect(document).toMatchObject({ status: 'failed', error: { code: 'conversion_timeout' } });
    expect(document.error?.message).toMatch(/\d+ ms/);
    expect(await convertErrors(document)).toEqual(['conversion_timeout', 'conversion_timeout']);
    expect(others.length).toBeGreaterThan(1);
    expect(platform.pid).toBe(pid);
  }, 150_000);
});
