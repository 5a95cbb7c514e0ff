import { h, seconds } from './dom.js';

const NAMES = {
  convert: 'Convert',
  ocr: 'Read pages',
  extract: 'Find fields',
  redact: 'Redact',
  index: 'Index',
  reuse: 'Reuse results',
};

/**
 * The steps of a run as a row of stations.
 * @param {any} run
 */
export function steps(run) {
  return h(
    'ol',
    { class: 'steps', 'aria-label': 'Steps of the run' },
    run.steps.map((step) =>
      h(
        'li',
        { class: step.status, title: step.error?.message },
        h('b', {}, NAMES[step.id] ?? step.id),
        h('span', {}, detail(step)),
      ),
    ),
  );
}

function detail(step) {
  const tries = step.attempts.length > 0 ? `, try ${step.attempts.length + 1}` : '';
  if (step.status === 'running' && step.parts !== null && step.parts.total > 1)
    return `${step.parts.succeeded + step.parts.failed} of ${step.parts.total}${tries}`;
  if (step.status === 'succeeded' && step.startedAt !== null && step.endedAt !== null)
    return `${step.partial ? 'partly, ' : ''}${seconds(step.startedAt, step.endedAt)}`;
  return `${step.status}${tries}`;
}
