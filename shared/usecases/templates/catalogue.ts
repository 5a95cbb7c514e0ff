import { CATALOGUE } from '../../domain/extraction/catalogue/index.ts';
import { TEMPLATES } from '../../domain/extraction/templates/index.ts';
import type { FieldType } from '../../domain/extraction-result.ts';

export interface CatalogueView {
  fields: { name: string; label: string; type: FieldType; templates: readonly string[] }[];
  templates: { name: string; label: string; fields: string[] }[];
}

/** The predefined fields and templates; the same for every tenant. */
export function catalogue(): CatalogueView {
  return {
    fields: CATALOGUE.map(({ name, label, type, templates }) => ({ name, label, type, templates })),
    templates: TEMPLATES.map(({ name, label }) => ({
      name,
      label,
      fields: CATALOGUE.filter((field) => field.templates.includes(name)).map((field) => field.name),
    })),
  };
}
