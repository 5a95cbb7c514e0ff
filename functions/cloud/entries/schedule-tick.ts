import { register } from '../../main.ts';
import { scheduleTickHandler } from '../../scheduled/schedule-tick.ts';
import { pushFunction } from '../push-function.ts';
import { startFunction } from '../start-function.ts';

const started = await startFunction({ name: 'schedule-tick' });
register(pushFunction(started, '/_push/schedule-tick', scheduleTickHandler(started.platform, started.engine)));
