import { getRequestListener } from '@hono/node-server';
import { createApi } from '../../http/api.ts';
import { listenerErrorHandler } from '../../http/kit/problem.ts';
import { register } from '../../main.ts';
import { startFunction } from '../start-function.ts';

const { platform, engine, settings, after } = await startFunction({ name: 'api', open: true });
const api = createApi({ platform, engine, config: settings.config, signedObjects: null });
const answer = getRequestListener(
  async (request, env) => {
    const response = await api.fetch(request, env);
    await after.settle();
    return response;
  },
  { overrideGlobalObjects: false, errorHandler: listenerErrorHandler },
);
register(async (req, res) => {
  await answer(req, res);
});
