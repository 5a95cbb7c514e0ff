/**
 * A sweep's interval as Cloud Scheduler can keep it: whole minutes that divide an hour. A shorter one is called once a
 * minute and told to repeat itself for `forSeconds`, while there is something to do.
 */
export function cronOf(everySeconds: number): { cron: string; forSeconds: number } {
  if (everySeconds < 60) return { cron: '* * * * *', forSeconds: 55 };
  const minutes = everySeconds / 60;
  if (!Number.isInteger(minutes) || 60 % minutes !== 0)
    throw new Error(
      `A sweep every ${everySeconds} s cannot be a cron job: take minutes that divide an hour, or fewer than 60 s.`,
    );
  return { cron: minutes === 60 ? '0 * * * *' : `*/${minutes} * * * *`, forSeconds: 0 };
}
