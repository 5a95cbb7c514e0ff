import { register } from '../../main.ts';
import { objectFinalizedHandler } from '../../storage/object-finalized.ts';
import { pushFunction } from '../push-function.ts';
import { startFunction } from '../start-function.ts';

const started = await startFunction({ name: 'ingest' });
register(pushFunction(started, '/_push/object-finalized', objectFinalizedHandler(started.platform, started.engine)));
