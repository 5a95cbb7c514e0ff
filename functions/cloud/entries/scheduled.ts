import { sweepDeadLetters } from '#shared/usecases/dead-letters/sweep.ts';
import { sweep } from '#shared/usecases/maintenance/sweep.ts';
import { rollUpUsage } from '#shared/usecases/usage/roll-up.ts';
import { register } from '../../main.ts';
import { dispatchFor } from '../../scheduled/engine-dispatch.ts';
import { undeliverableHandler } from '../../subscribers/undeliverable.ts';
import { makeFirstTenant } from '../first-tenant.ts';
import { type ScheduledCall, scheduledFunction } from '../scheduled-function.ts';
import { startFunction } from '../start-function.ts';
import { takeParkedMessages } from '../take-parked.ts';

/** Looking for orphans reads every object's description: seldom, as they are left alone for a day anyway. */
const ORPHANS_SECONDS = 6 * 3600;

const started = await startFunction({ name: 'scheduled' });
const { platform, engine, settings } = started;

const tidy = async ({ everySeconds }: ScheduledCall): Promise<void> => {
  await platform.sweepExpired();
  const orphans = (platform.clock.now() / 1000) % ORPHANS_SECONDS < everySeconds;
  await sweep(platform, engine, { orphans });
};
const deadLetters = async (): Promise<void> => {
  await sweepDeadLetters(platform, engine, { retentionDays: settings.config.deadLetterDays });
  await takeParkedMessages(platform, undeliverableHandler(platform, engine));
};
const publishDue = async (): Promise<void> => {
  await Promise.all([platform.publishTicks(), platform.publishDelayed()]);
};
register(
  scheduledFunction(
    started,
    new Map([
      ['/_scheduled/engine-dispatch', (call) => dispatchFor(platform, engine, call)],
      ['/_scheduled/publish-due', publishDue],
      ['/_scheduled/retention', tidy],
      ['/_scheduled/dead-letters', deadLetters],
      ['/_scheduled/metering', async () => void (await rollUpUsage(platform))],
      ['/_scheduled/bootstrap', () => makeFirstTenant(platform, settings)],
    ]),
  ),
);
