import { armorRules } from '../../infra/armor-rules.ts';
import { KEYS } from '../../infra/keys.ts';
import { manifest } from '../../shared/manifest.ts';
import { PRICES } from './prices.ts';
import type { Usage } from './usage.ts';

export interface CostLine {
  what: string;
  usd: number;
  /** How it comes about. */
  because: string;
}

export const PAGES = 1_000_000;
const MIB_PER_GIB = 1024;
/** Of instances billed by request, a second. */
const instance = (vcpus: number, gib: number): number => vcpus * PRICES.vcpuSecond.usd + gib * PRICES.gibSecond.usd;

/** Reading a million pages on GPU instances: they cost as long as they are up, whether they read or not. */
export const gpuOcr = (usage: Pick<Usage, 'gpuPagesPerSecond' | 'utilisation' | 'ocrShare'>): number =>
  ((PAGES * usage.ocrShare) / (usage.gpuPagesPerSecond * usage.utilisation)) * PRICES.l4Instance.usd;

/** The same on processors (4 vCPU, 8 GiB): they cost while a request is under way. */
export const cpuOcr = (usage: Pick<Usage, 'cpuPagesPerSecond' | 'ocrShare'>): number =>
  ((PAGES * usage.ocrShare) / usage.cpuPagesPerSecond) * instance(4, 8);

/** What a million pages cost, but for reading them. Stored things are kept for one month. */
export function perMillionPages(usage: Usage): CostLine[] {
  const documents = PAGES / usage.pagesPerDocument;
  const gib = (PAGES * usage.mibPerPage) / MIB_PER_GIB;
  const objects = PAGES * usage.objectsPerPage;
  return [
    {
      what: 'Converter',
      usd: PAGES * usage.converterSecondsPerPage * instance(2, 4),
      because: `${usage.converterSecondsPerPage} s a page, 2 vCPU, 4 GiB`,
    },
    {
      what: 'Functions',
      usd:
        PAGES * usage.functionSecondsPerPage * instance(1, 2) +
        documents * usage.requestsPerDocument * PRICES.request.usd,
      because: `${usage.functionSecondsPerPage} s a page, 1 vCPU, 2 GiB; ${usage.requestsPerDocument} requests a document`,
    },
    {
      what: 'Pub/Sub',
      // Published and delivered, each counted as 1 kB.
      usd: ((documents * usage.messagesPerDocument * 2000) / 2 ** 40) * PRICES.pubsubTib.usd,
      because: `${usage.messagesPerDocument} messages a document, 1 kB each way`,
    },
    {
      what: 'Firestore',
      usd:
        documents *
        (usage.readsPerDocument * PRICES.firestoreRead.usd + usage.writesPerDocument * PRICES.firestoreWrite.usd),
      because: `${usage.readsPerDocument} reads and ${usage.writesPerDocument} writes a document`,
    },
    { what: 'Storage, a month', usd: gib * PRICES.storageGibMonth.usd, because: `${Math.round(gib)} GiB` },
    {
      what: 'Storage, operations',
      usd: objects * (PRICES.storageWrite.usd + 2 * PRICES.storageRead.usd),
      because: `${usage.objectsPerPage} objects a page, written once, read twice`,
    },
    {
      what: 'Keys, operations',
      usd: objects * 3 * PRICES.kmsOperation.usd,
      because: 'one with each of these; Google may keep keys for a while and ask less',
    },
    {
      what: 'Traffic out',
      usd: ((PAGES * usage.downloadedMibPerPage) / MIB_PER_GIB) * PRICES.egressGib.usd,
      because: `${usage.downloadedMibPerPage} MiB a page`,
    },
    {
      what: 'Logs',
      usd: ((documents * usage.logKibPerDocument) / 1024 / 1024) * PRICES.loggingGib.usd,
      because: `${usage.logKibPerDocument} KiB a document`,
    },
  ];
}

/** What a production environment costs a month with no document in it; its one API instance is idle. */
export function perMonth(): CostLine[] {
  const rules = armorRules(1000).length;
  const keys = Object.keys(KEYS).length;
  const jobs = manifest.sweeps.length + 1;
  const minute = 60 * 24 * 30;
  return [
    { what: 'Load balancer', usd: PRICES.balancerMonth.usd, because: 'two rules' },
    {
      what: 'Cloud Armor',
      usd: PRICES.armorPolicyMonth.usd + rules * PRICES.armorRuleMonth.usd,
      because: `a policy with ${rules} rules`,
    },
    {
      what: 'One idle API instance',
      // Idle minimum instances are billed a tenth of the processor's price.
      usd: 30 * 86_400 * (2 * PRICES.vcpuSecond.usd * 0.1 + 2 * PRICES.gibSecond.usd),
      because: '2 vCPU, 2 GiB, kept warm',
    },
    { what: 'Keys', usd: keys * PRICES.kmsKeyMonth.usd, because: `${keys} keys, one version each` },
    {
      what: 'The dispatch tick',
      usd: minute * 1 * instance(1, 1),
      because: 'a second every minute while nothing is under way',
    },
    {
      what: 'Scheduler',
      usd: Math.max(0, jobs - 3) * PRICES.schedulerJobMonth.usd,
      because: `${jobs} jobs, three are free`,
    },
  ];
}
