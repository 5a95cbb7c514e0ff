import { register } from '../../main.ts';
import { undeliverableHandler } from '../../subscribers/undeliverable.ts';
import { pushFunction } from '../push-function.ts';
import { startFunction } from '../start-function.ts';

const started = await startFunction({ name: 'undeliverable' });
register(pushFunction(started, '/_push/undeliverable', undeliverableHandler(started.platform, started.engine)));
