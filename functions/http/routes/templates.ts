import { z } from 'zod';
import { RectoError } from '#shared/domain/errors.ts';
import {
  fieldDefinitionInputSchema,
  fieldDefinitionSchema,
  templateInputSchema,
  templateSchema,
} from '#shared/domain/extraction/custom.ts';
import { fieldTypeSchema } from '#shared/domain/extraction-result.ts';
import { catalogue } from '#shared/usecases/templates/catalogue.ts';
import { deleteTemplate } from '#shared/usecases/templates/delete.ts';
import { deleteField } from '#shared/usecases/templates/delete-field.ts';
import { getTemplate } from '#shared/usecases/templates/get.ts';
import { getField } from '#shared/usecases/templates/get-field.ts';
import { listTemplates } from '#shared/usecases/templates/list.ts';
import { listFields } from '#shared/usecases/templates/list-fields.ts';
import { saveTemplate } from '#shared/usecases/templates/save.ts';
import { saveField } from '#shared/usecases/templates/save-field.ts';
import { created, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging } from './schemas.ts';

components.add(fieldDefinitionSchema, { id: 'FieldDefinition' });
components.add(templateSchema, { id: 'Template' });

const tag = 'Fields and templates';
const access = { scope: 'templates:manage' } as const;

function nameOf(params: Readonly<Record<string, string>>, noun: string): string {
  const name = params.name ?? '';
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(name))
    throw new RectoError('not_found', `There is no ${noun} of your own of this name.`);
  return name;
}

const predefined = route({
  id: 'getCatalogue',
  method: 'get',
  path: '/v1/catalogue',
  access: 'authenticated',
  tag,
  summary: 'The predefined fields and templates',
  answers: {
    200: {
      description: 'The same for every tenant',
      schema: z.object({
        fields: z.array(
          z.object({ name: z.string(), label: z.string(), type: fieldTypeSchema, templates: z.array(z.string()) }),
        ),
        templates: z.array(z.object({ name: z.string(), label: z.string(), fields: z.array(z.string()) })),
      }),
    },
  },
  handle: async () => ok(catalogue()),
});

const save = route({
  id: 'saveField',
  method: 'post',
  path: '/v1/fields',
  access,
  tag,
  summary: 'Define a field of your own, or replace the one of that name',
  body: fieldDefinitionInputSchema.strict(),
  answers: { 201: { description: 'The field', schema: fieldDefinitionSchema } },
  handle: async ({ ctx, body }) => created(await saveField(ctx, body), `/v1/fields/${body.name}`),
});

const list = route({
  id: 'listFields',
  method: 'get',
  path: '/v1/fields',
  access,
  tag,
  summary: 'List your own fields, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Fields', fieldDefinitionSchema),
  handle: async ({ ctx, query }) => ok(await listFields(ctx, query)),
});

const get = route({
  id: 'getField',
  method: 'get',
  path: '/v1/fields/{name}',
  access,
  tag,
  summary: 'Read a field of your own',
  answers: { 200: { description: 'The field', schema: fieldDefinitionSchema } },
  handle: async ({ ctx, params }) => ok(await getField(ctx, { name: nameOf(params, 'field') })),
});

const remove = route({
  id: 'deleteField',
  method: 'delete',
  path: '/v1/fields/{name}',
  access,
  tag,
  summary: 'Delete a field of your own',
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ ctx, params }) => {
    await deleteField(ctx, { name: nameOf(params, 'field') });
    return noContent();
  },
});

const saveOne = route({
  id: 'saveTemplate',
  method: 'post',
  path: '/v1/templates',
  access,
  tag,
  summary: 'Define a template of your own, or replace the one of that name',
  body: templateInputSchema.strict(),
  answers: { 201: { description: 'The template', schema: templateSchema } },
  handle: async ({ ctx, body }) => created(await saveTemplate(ctx, body), `/v1/templates/${body.name}`),
});

const listAll = route({
  id: 'listTemplates',
  method: 'get',
  path: '/v1/templates',
  access,
  tag,
  summary: 'List your own templates, newest first',
  query: z.strictObject(paging),
  answers: listAnswer('Templates', templateSchema),
  handle: async ({ ctx, query }) => ok(await listTemplates(ctx, query)),
});

const getOne = route({
  id: 'getTemplate',
  method: 'get',
  path: '/v1/templates/{name}',
  access,
  tag,
  summary: 'Read a template of your own',
  answers: { 200: { description: 'The template', schema: templateSchema } },
  handle: async ({ ctx, params }) => ok(await getTemplate(ctx, { name: nameOf(params, 'template') })),
});

const removeOne = route({
  id: 'deleteTemplate',
  method: 'delete',
  path: '/v1/templates/{name}',
  access,
  tag,
  summary: 'Delete a template of your own',
  answers: { 204: { description: 'Deleted' } },
  handle: async ({ ctx, params }) => {
    await deleteTemplate(ctx, { name: nameOf(params, 'template') });
    return noContent();
  },
});

export const templateRoutes: readonly Route[] = [
  predefined,
  save,
  list,
  get,
  remove,
  saveOne,
  listAll,
  getOne,
  removeOne,
];
