import { RectoError } from '../../domain/errors.ts';
import type { OcrModels } from '../../domain/ocr-models.ts';
import type { ModelCatalogue } from '../../ports/inference.ts';
import type { OcrEngine } from './ocr-engine.ts';

/**
 * What one can read with, over all engines: the models of those that list them, and each other engine as one model. Models of
 * the default engine go by their own names, those of others by `<engine>/<model>`. An engine that is down is left out.
 */
export function mergedCatalogue(engines: readonly OcrEngine[]): ModelCatalogue {
  const [first] = engines;
  const prefix = (engine: OcrEngine): string => (engine === first ? '' : `${engine.id}/`);
  return {
    models: async (signal) => {
      const lists = await Promise.all(
        engines.map(async (engine) => {
          if (engine.inference.catalogue === undefined) return asModel(engine, engine === first);
          const list = await engine.inference.catalogue.models(signal).catch((error: unknown) => {
            if (engine === first) throw error;
            return null;
          });
          return list === null ? null : renamed(list, prefix(engine));
        }),
      );
      const known = lists.filter((list) => list !== null);
      const [head] = known;
      if (head === undefined) throw new RectoError('not_configured', 'There is no OCR engine.');
      return {
        default: head.default,
        provider: [...new Set(known.map((list) => list.provider))].join(', '),
        memoryMb: known.reduce((sum, list) => sum + list.memoryMb, 0),
        budgetMb: known.reduce((sum, list) => sum + list.budgetMb, 0),
        models: known.flatMap((list, index) =>
          list.models.map((model) => ({ ...model, default: index === 0 && model.default })),
        ),
      };
    },
    compare: async (params) => {
      const owners = params.models.map((model) => ownerOf(engines, model));
      const [one] = owners;
      if (one === undefined || owners.some((owner) => owner !== one) || one.inference.catalogue === undefined)
        throw new RectoError(
          'invalid_request',
          'Only models of one engine can be compared, and only where it lists them: see GET /v1/ocr/models.',
        );
      const start = `${one.id}/`;
      const models = params.models.map((model) => (model.startsWith(start) ? model.slice(start.length) : model));
      return one.inference.catalogue.compare({ ...params, models });
    },
  };
}

const ownerOf = (engines: readonly OcrEngine[], model: string): OcrEngine | undefined =>
  engines.find(({ id }) => model === id || model.startsWith(`${id}/`)) ?? engines[0];

const renamed = (list: OcrModels, prefix: string): OcrModels => ({
  ...list,
  default: `${prefix}${list.default}`,
  models: list.models.map((model) => ({ ...model, id: `${prefix}${model.id}` })),
});

/** A service of somebody else's: it holds its memory elsewhere. */
const asModel = ({ id }: OcrEngine, isDefault: boolean): OcrModels => ({
  default: id,
  provider: 'remote',
  memoryMb: 0,
  budgetMb: 0,
  models: [{ id, title: id, version: null, default: isDefault, state: 'loaded', users: 0, memoryMb: 0, parts: [] }],
});
