import { z } from 'zod';

const scale = z.object({ min: z.number().int().min(0), max: z.number().int().min(1).max(1000) });

const environmentSchema = z
  .object({
    name: z.enum(['dev', 'staging', 'prod']),
    /** Everything with a location lives here; Cloud Run has L4 GPUs in it. */
    region: z.string().regex(/^[a-z]+-[a-z]+\d+$/),
    /** Keeps Terraform from deleting what cannot be made again: records, objects, keys. */
    protectData: z.boolean(),
    /** Whether the API must stand behind the load balancer with Cloud Armor, which takes a domain. */
    needsDomain: z.boolean(),
    /** Instances, by what runs on them. */
    scale: z.object({ api: scale, ingest: scale, steps: scale, house: scale, converter: scale, ocrCpu: scale }),
    /** Null: no GPU; pages are read by the CPU service. */
    ocrGpu: scale.nullable(),
    /** One address may ask this often before it is held off for ten minutes. */
    requestsPerMinutePerAddress: z.number().int().min(60),
    monthlyBudgetUsd: z.number().int().positive(),
    /** How long a change or deletion of stored objects and records can be undone. */
    versionDays: z.number().int().min(1),
    backupDays: z.number().int().min(1).max(98),
    auditDays: z.number().int().min(1),
    /** Share of events that are to go well, for the SLOs. */
    objectives: z.object({
      availability: z.number().min(0.5).max(0.9999),
      latency: z.number().min(0.5).max(0.9999),
      documents: z.number().min(0.5).max(0.9999),
    }),
  })
  .refine(({ name, protectData, needsDomain }) => name !== 'prod' || (protectData && needsDomain), {
    message: 'prod protects its data and stands behind a domain',
  });
export type Environment = z.infer<typeof environmentSchema>;

const dev: z.input<typeof environmentSchema> = {
  name: 'dev',
  region: 'us-central1',
  protectData: false,
  needsDomain: false,
  scale: {
    api: { min: 0, max: 3 },
    ingest: { min: 0, max: 3 },
    steps: { min: 0, max: 5 },
    house: { min: 0, max: 1 },
    converter: { min: 0, max: 5 },
    ocrCpu: { min: 0, max: 3 },
  },
  ocrGpu: null,
  requestsPerMinutePerAddress: 600,
  monthlyBudgetUsd: 100,
  versionDays: 1,
  backupDays: 7,
  auditDays: 7,
  objectives: { availability: 0.99, latency: 0.95, documents: 0.95 },
};

/** What the environments differ in; each lives in a project of its own. */
export const environments: Readonly<Record<Environment['name'], Environment>> = {
  dev: environmentSchema.parse(dev),
  staging: environmentSchema.parse({
    ...dev,
    name: 'staging',
    needsDomain: true,
    ocrGpu: { min: 0, max: 1 },
    monthlyBudgetUsd: 500,
    versionDays: 7,
    backupDays: 14,
    auditDays: 30,
  }),
  prod: environmentSchema.parse({
    name: 'prod',
    region: 'us-central1',
    protectData: true,
    needsDomain: true,
    scale: {
      api: { min: 1, max: 50 },
      ingest: { min: 0, max: 50 },
      steps: { min: 0, max: 100 },
      house: { min: 0, max: 2 },
      converter: { min: 0, max: 100 },
      ocrCpu: { min: 0, max: 20 },
    },
    ocrGpu: { min: 0, max: 3 },
    requestsPerMinutePerAddress: 1200,
    monthlyBudgetUsd: 5000,
    versionDays: 30,
    backupDays: 98,
    auditDays: 400,
    objectives: { availability: 0.999, latency: 0.99, documents: 0.99 },
  }),
};
