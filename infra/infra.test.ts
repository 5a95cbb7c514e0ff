import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseServiceConfig } from '../gpu-service/config.ts';
import { readStepMessage } from '../shared/engine/work-records.ts';
import { manifest } from '../shared/manifest.ts';
import { armorRules } from './armor-rules.ts';
import { cronOf } from './cron-of.ts';
import { parseDeployment } from './deployment.ts';
import { environments } from './environments.ts';
import { functionSettings } from './function-settings.ts';
import { STEP_MESSAGE_SCHEMA } from './message-schemas.ts';
import { LOG_METRICS, type LogMetric } from './observability/log-metrics.ts';
import { anchorsOf } from './policies/world.ts';
import { OCR_SETTINGS } from './stacks/run-ocr.ts';
import { functionAt, functions } from './workloads.ts';

const root = path.resolve(import.meta.dirname, '..');
const sources = (): string =>
  globSync(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');

describe('a sweep becomes a cron job', () => {
  test.each([
    [1, '* * * * *', 55],
    [60, '*/1 * * * *', 0],
    [300, '*/5 * * * *', 0],
    [3600, '0 * * * *', 0],
  ])('every %d s', (seconds, cron, forSeconds) => {
    expect(cronOf(seconds)).toEqual({ cron, forSeconds });
  });

  test('unless cron has no word for it', () => {
    expect(() => cronOf(420)).toThrow('every 420 s');
    expect(() => cronOf(90)).toThrow('every 90 s');
  });
});

describe('a deployment', () => {
  const base = { env: 'dev', project: 'my-project', release: 'abc' };

  test('names every parameter that is wrong', () => {
    expect(() => parseDeployment({ ...base, project: 'No', alertEmail: 'nobody' })).toThrow(
      /--project: .*6 to 30[\s\S]*--alertEmail/,
    );
  });

  test('of staging and prod takes a domain', () => {
    expect(() => parseDeployment({ ...base, env: 'prod' })).toThrow('--domain');
    expect(parseDeployment({ ...base, env: 'prod', domain: 'a.example.com' }).environment).toBe(environments.prod);
  });

  test('knows no environment but those described', () => {
    expect(() => parseDeployment({ ...base, env: 'test' })).toThrow('--env');
  });
});

test('metrics count lines that the code writes, word for word', () => {
  const code = sources();
  const messages = Object.values<LogMetric>(LOG_METRICS).flatMap(({ message }) =>
    message === undefined ? [] : [message],
  );
  expect(messages.length).toBeGreaterThan(4);
  expect(messages.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
});

test('the schema of step messages takes what the engine reads', () => {
  const example = { tenantId: 'demo', workId: 'w', dispatch: 3 };
  const data = Buffer.from(JSON.stringify(example)).toString('base64');
  const message = { messageId: '1', data, attributes: {}, publishTime: '2026-01-01T00:00:00Z' };
  const read = readStepMessage({ message, subscription: 's' });
  expect(Object.keys(read).sort()).toEqual(STEP_MESSAGE_SCHEMA.fields.map(({ name }) => name).sort());
});

test('every subscription and sweep has a function, and its account a name that fits', () => {
  for (const { path: at } of [...manifest.subscriptions, ...manifest.sweeps]) expect(functionAt(at).name).not.toBe('');
  expect(() => functionAt('/_push/nothing')).toThrow('/_push/nothing');
  expect(functions.filter(({ name }) => `fn-${name}`.length > 30)).toEqual([]);
});

test('functions may do no more than their steps ask for', () => {
  const may = (name: string) => functions.find((definition) => definition.name === name)?.grants;
  expect(may('step-webhook')).toMatchObject({ buckets: {}, invokes: [], keys: false, tenantSecrets: 'read' });
  expect(may('step-extract')).toMatchObject({ buckets: { artifacts: 'write' }, invokes: [] });
  expect(functions.filter(({ grants }) => grants.signsLinks).map(({ name }) => name)).toEqual(['api']);
});

test('the OCR services start with the settings that they are given', () => {
  for (const settings of Object.values(OCR_SETTINGS)) {
    const config = parseServiceConfig({ ...settings, PORT: '8080' });
    expect(config.host).toBe('0.0.0.0');
    // No variable that the service does not know.
    const known = readFileSync(path.join(root, 'gpu-service/config.ts'), 'utf8');
    expect(Object.keys(settings).filter((name) => !known.includes(`${name}:`))).toEqual([]);
  }
});

test('pages are read with a GPU where there is one', () => {
  const api = functionAt('/');
  const settings = (env: string) =>
    functionSettings(api, parseDeployment({ env, project: 'my-project', domain: 'a.example.com', release: 'a' }), '1');
  expect(settings('dev').RECTO_OCR_URL).toBe('https://ocr-cpu-1.us-central1.run.app');
  expect(settings('prod').RECTO_OCR_URL).toBe('https://ocr-gpu-1.us-central1.run.app');
});

test('Cloud Armor looks for code everywhere but in documents, and limits all', () => {
  const rules = armorRules(600);
  expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  const texts = rules.map((rule) => JSON.stringify(rule));
  for (const text of texts.filter((line) => /(sqli|xss|lfi|rce)-v33/.test(line)))
    expect(text).toContain('!request.path.matches');
  expect(texts.filter((line) => line.includes('rate_based_ban'))).toHaveLength(1);
});

test('anchors are those that GitHub makes', () => {
  expect([...anchorsOf('# The API fails\n\n### OCR is down\n## `a` & b\n')]).toEqual([
    'the-api-fails',
    'ocr-is-down',
    'a--b',
  ]);
});
