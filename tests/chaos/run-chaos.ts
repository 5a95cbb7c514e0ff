import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, startLocalPlatform } from '../support/local-platform.ts';
import { type ChaosFile, chaosBatch } from './batch.ts';
import { type Doc, getBytes, getJson, getText, listAll, postJson, upload } from './client.ts';
import { kill, type ProcessInfo, processTree } from './process-tree.ts';
import { webhookReceiver } from './webhook-receiver.ts';

export interface ChaosOptions {
  documents: number;
  kills: number;
  /** Mean ms between kills. */
  everyMs: number;
  /** Ends the wait for the batch after the last kill. */
  settleMs: number;
  say: (line: string) => void;
}

export interface ChaosReport {
  kills: Record<string, number>;
  documents: number;
  /** What should not be; empty when all invariants hold. */
  violations: string[];
  seconds: number;
}

/**
 * Kills the platform and its children at random moments while a batch goes through, then looks at the whole system:
 * every document ended ready with its own text, one artifact set, one webhook id, one usage record, nothing left over.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const started = Date.now();
  const receiver = await webhookReceiver();
  const platform = await startLocalPlatform({ RECTO_ALLOW_PRIVATE_WEBHOOKS: '1' });
  const kills: Record<string, number> = {};
  try {
    await postJson(platform, '/v1/webhooks', {
      url: receiver.url,
      eventTypes: ['document.processed', 'document.failed'],
    });
    const files = await chaosBatch(options.documents, `r${Math.floor(Math.random() * 1e6)}x`);
    const uploads = uploadAll(platform, files);
    for (let n = 0; n < options.kills; n++) {
      await sleep(options.everyMs * (0.25 + Math.random() * 1.5));
      const victim = pickVictim(platform.pid);
      if (victim === null || !kill(victim.pid)) continue;
      const role = victim.pid === platform.pid ? 'platform' : roleOf(victim.command);
      kills[role] = (kills[role] ?? 0) + 1;
      if (victim.pid === platform.pid) {
        await platform.kill();
        await platform.restart();
      }
      if ((n + 1) % 10 === 0) options.say(`${n + 1} kills: ${JSON.stringify(kills)}`);
    }
    const ids = await uploads;
    const ended = await eventually(
      () => Promise.all(ids.map((id) => getJson<Doc>(platform, `/v1/documents/${id}`))),
      (documents) => documents.every((document) => !['processing', 'uploading'].includes(document.status)),
      options.settleMs,
    );
    await eventually(
      async () => ids.filter((id) => !receiver.deliveries.has(id)),
      (missing) => missing.length === 0,
      options.settleMs,
    ).catch(() => undefined);
    const violations = await inspect(platform, files, ended, receiver.deliveries);
    return { kills, documents: ids.length, violations, seconds: (Date.now() - started) / 1000 };
  } finally {
    receiver.close();
    await platform.dispose();
  }
}

type Platform = Awaited<ReturnType<typeof startLocalPlatform>>;

async function uploadAll(platform: Platform, files: readonly ChaosFile[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [n, file] of files.entries()) {
    ids.push(await upload(platform, file, `chaos-${n}`));
    await sleep(150);
  }
  return ids;
}

/** The platform itself one time in four, else any process below it. */
function pickVictim(root: number): ProcessInfo | null {
  const [first, ...below] = processTree(root);
  if (first === undefined) return null;
  if (below.length === 0 || Math.random() < 0.25) return first;
  return below[Math.floor(Math.random() * below.length)] ?? first;
}

function roleOf(command: string): string {
  if (command.includes('soffice') || command.includes('oosplash')) return 'office';
  if (command.includes('gpu-service')) return 'ocr';
  if (command.includes('step-worker')) return 'step-worker';
  if (command.includes('converter')) return 'converter';
  return 'other';
}

async function inspect(
  platform: Platform,
  files: readonly ChaosFile[],
  documents: readonly Doc[],
  deliveries: Map<string, Set<string>>,
): Promise<string[]> {
  const violations: string[] = [];
  const check = (holds: boolean, what: string) => {
    if (!holds) violations.push(what);
  };
  const all = await listAll<Doc>(platform, '/v1/documents');
  check(all.length === files.length, `${all.length} documents stand for ${files.length} uploads`);
  const usage = await getJson<{ runs: number; documents: number }>(platform, '/v1/usage');
  check(usage.runs === files.length, `${usage.runs} usage records for ${files.length} documents`);
  check(usage.documents === files.length, `${usage.documents} documents are counted of ${files.length}`);
  for (const [n, document] of documents.entries()) {
    const file = files[n];
    if (file === undefined) continue;
    const name = `${file.name} (${document.id})`;
    check(document.status === 'ready', `${name} ended ${document.status} ${JSON.stringify(document.error)}`);
    check(document.sha256 === createHash('sha256').update(file.bytes).digest('hex'), `${name} has other bytes`);
    check(deliveries.get(document.id)?.size === 1, `${name} has ${deliveries.get(document.id)?.size ?? 0} webhook ids`);
    if (document.status !== 'ready') continue;
    const artifacts = await listAll<{ name: string; sha256: string }>(
      platform,
      `/v1/documents/${document.id}/artifacts`,
    );
    const names = artifacts.map((artifact) => artifact.name);
    check(new Set(names).size === names.length, `${name} has an artifact twice`);
    for (const needed of ['pdf', 'ocr.json', 'text', 'fields.json', 'redacted.txt', 'redacted.pdf'])
      check(names.includes(needed), `${name} lacks ${needed}`);
    for (const artifact of artifacts) {
      const bytes = await getBytes(platform, `/v1/documents/${document.id}/artifacts/${artifact.name}`);
      const digest = createHash('sha256').update(bytes).digest('hex');
      check(digest === artifact.sha256, `${name}: ${artifact.name} does not have the bytes it was recorded with`);
    }
    const text = await getText(platform, `/v1/documents/${document.id}/artifacts/text`);
    check(text.includes(file.marker), `${name}: ${file.marker} is not in its text`);
  }
  const active = await getJson<{ items: unknown[] }>(platform, '/v1/runs?status=running');
  check(active.items.length === 0, 'runs are still running');
  const dead = await listAll<{ stepKind: string; error: { code: string } }>(platform, '/v1/dead-letters?status=open');
  for (const letter of dead) violations.push(`dead letter: ${letter.stepKind} ${letter.error.code}`);
  return violations;
}
