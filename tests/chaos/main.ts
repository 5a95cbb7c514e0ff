import { runChaos } from './run-chaos.ts';

/** `npm run chaos [-- kills [documents]]`: at least 100 kills over a batch; exits 1 when an invariant does not hold. */
const [kills = '100', documents = '60'] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const report = await runChaos({
  kills: Number(kills),
  documents: Number(documents),
  everyMs: 1500,
  settleMs: 600_000,
  say,
});
say(`${report.documents} documents, ${JSON.stringify(report.kills)} in ${report.seconds.toFixed(0)} s`);
for (const violation of report.violations) say(`VIOLATION ${violation}`);
say(report.violations.length === 0 ? 'all invariants hold' : `${report.violations.length} violations`);
process.exitCode = report.violations.length === 0 ? 0 : 1;
