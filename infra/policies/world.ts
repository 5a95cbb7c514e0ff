import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** A resource as Terraform will read it. */
export interface Resource {
  stack: string;
  type: string;
  /** In the stack; not what it is called in Google Cloud. */
  id: string;
  values: Readonly<Record<string, unknown>>;
}

/** All that an environment is made of, and what it is measured against. */
export interface World {
  environment: string;
  project: string;
  resources: readonly Resource[];
  /** Anchors of docs/operations.md. */
  runbooks: ReadonlySet<string>;
}

const stackSchema = z.object({
  resource: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
});

/** Reads what `synth` wrote. */
export function readResources(outdir: string): Resource[] {
  const stacks = path.join(outdir, 'stacks');
  return readdirSync(stacks).flatMap((stack) => {
    const json: unknown = JSON.parse(readFileSync(path.join(stacks, stack, 'cdk.tf.json'), 'utf8'));
    return Object.entries(stackSchema.parse(json).resource).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, values]) => ({ stack, type, id, values })),
    );
  });
}

/** Anchors as GitHub makes them of a page's headings. */
export function anchorsOf(markdown: string): Set<string> {
  return new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(' ', '-'),
    ),
  );
}

/** The value at a path of names and indexes, undefined where it leads nowhere. */
export function at(resource: Resource, where: string): unknown {
  let value: unknown = resource.values;
  for (const step of where.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === step)?.[1];
  }
  return value;
}

/** The same as text; '' where there is none. */
export const text = (resource: Resource, where: string): string => {
  const value = at(resource, where);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

export const ofType = (world: World, ...types: string[]): Resource[] =>
  world.resources.filter(({ type }) => types.includes(type));

/** What a thing is called in Google Cloud. */
export function nameOf(resource: Resource): string {
  for (const key of ['name', 'account_id', 'secret_id', 'repository_id', 'subscription', 'collection'])
    if (text(resource, key) !== '') return text(resource, key);
  return resource.id;
}

const REFERENCE = /^\$\{([a-z0-9_]+)\.([\w-]+)\.\w+\}$/;

/** What a value names: follows a reference to a resource of the same stack; of a full path, the last part. */
export function named(world: World, from: Resource, where: string): string {
  const value = text(from, where);
  const [, type, id] = REFERENCE.exec(value) ?? [];
  if (type === undefined) return value.includes('://') ? value : (value.split('/').at(-1) ?? value);
  const target = world.resources.find((entry) => entry.stack === from.stack && entry.type === type && entry.id === id);
  return target === undefined ? value : nameOf(target);
}

/** For messages: where it is and what it is called. */
export const label = (resource: Resource): string => `${resource.stack}: ${resource.type} "${nameOf(resource)}"`;
