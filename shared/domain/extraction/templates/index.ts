import { commercialTemplates } from './commercial.ts';
import type { TemplateDef } from './template.ts';
import { writtenTemplates } from './written.ts';

export const TEMPLATES: readonly TemplateDef[] = [...commercialTemplates, ...writtenTemplates];
