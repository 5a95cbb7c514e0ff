/** What the platform adds to the work of the steps: wall time of a document, upload to end, less what its steps took. */
import { PDFDocument, StandardFonts } from '@cantoo/pdf-lib';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import { percentile, report } from './report.ts';

const WARM_UP = 5;
const DOCUMENTS = 60;

interface Run {
  status: string;
  startedAt: number;
  endedAt: number;
  createdAt: number;
}

async function pdf(n: number): Promise<Uint8Array<ArrayBuffer>> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  for (const page of [1, 2]) {
    const sheet = document.addPage([595, 842]);
    for (let line = 0; line < 30; line++)
      sheet.drawText(`Document ${n}, page ${page}, line ${line}: a sentence of a born-digital report.`, {
        x: 50,
        y: 790 - line * 24,
        size: 11,
        font,
      });
  }
  return Uint8Array.from(await document.save());
}

/** Seconds that attempts of steps have taken so far, all kinds. */
async function stepSeconds(platform: LocalPlatform): Promise<number> {
  const text = await (await fetch(`${platform.url}/metrics`)).text();
  const sums = text.matchAll(/^recto_step_seconds_sum\{[^}]*process="steps"[^}]*\} ([\d.e+-]+)$/gm);
  return [...sums].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** The end as an event stream tells it: no polling in the way of the measurement. */
async function followToEnd(platform: LocalPlatform, runId: string): Promise<Run> {
  const stream = await platform.api(`/v1/runs/${runId}/events`);
  await stream.text();
  const run: Run = JSON.parse(await (await platform.api(`/v1/runs/${runId}`)).text());
  if (run.status !== 'succeeded') throw new Error(`the run ended ${run.status}`);
  return run;
}

const platform = await startLocalPlatform();
try {
  const overheads: number[] = [];
  const walls: number[] = [];
  for (let n = 0; n < WARM_UP + DOCUMENTS; n++) {
    const bytes = await pdf(n);
    const before = await stepSeconds(platform);
    const form = new FormData();
    form.set('file', new Blob([bytes]), `report-${n}.pdf`);
    const began = Date.now();
    const answer = await platform.api('/v1/documents', { method: 'POST', body: form });
    const { run }: { run: { id: string } } = JSON.parse(await answer.text());
    const ended = await followToEnd(platform, run.id);
    const wall = ended.endedAt - began;
    const own = ((await stepSeconds(platform)) - before) * 1000;
    if (n < WARM_UP) continue;
    walls.push(wall);
    overheads.push(wall - own);
  }
  report('pipeline', [
    { name: 'overhead per document, p50', ours: percentile(overheads, 0.5), peer: null, unit: 'ms', goal: '<= 50' },
    { name: 'overhead per document, p95', ours: percentile(overheads, 0.95), peer: null, unit: 'ms' },
    { name: 'wall time per document (2-page PDF), p50', ours: percentile(walls, 0.5), peer: null, unit: 'ms' },
  ]);
} finally {
  await platform.dispose();
}
