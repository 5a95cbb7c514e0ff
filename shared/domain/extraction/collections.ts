import { collection } from '../collection.ts';
import { fieldDefinitionSchema, templateSchema } from './custom.ts';

/** A tenant's own fields; the id is the field's name, so that a name is taken once. */
export const fieldDefinitions = collection({
  name: 'fieldDefinitions',
  schema: fieldDefinitionSchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});

/** A tenant's own templates; the id is the template's name. */
export const templates = collection({
  name: 'templates',
  schema: templateSchema,
  indexes: [{ fields: ['createdAt'], order: 'desc' }],
});
