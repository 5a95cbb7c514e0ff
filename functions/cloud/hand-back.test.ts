import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, freePort } from '#tests/support/local-platform.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../..');
const FRAMEWORK = path.join(REPOSITORY, 'node_modules/@google-cloud/functions-framework/build/src/main.js');

/** A function under the functions framework that holds each request for a second, and says what becomes of it. */
const source = (gently: boolean): string => `
import { answered, register } from '${REPOSITORY}/functions/main.ts';
import { handBackOnTerm } from '${REPOSITORY}/functions/cloud/hand-back.ts';
const say = (line) => process.stdout.write(line + '\\n');
const engine = { stop: async () => say('handed back') };
const log = { debug: say, info: say, warn: say, error: say, with: () => log };
if (${gently}) handBackOnTerm({ engine, log, answered });
register(async (req, res) => {
  if (req.url === '/up') return void res.end();
  say('begun');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  res.end('done');
  say('answered');
});
`;

async function takenDown(gently: boolean, signals = 1) {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module","main":"index.js"}');
  writeFileSync(path.join(folder, 'index.js'), source(gently));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(process.execPath, [FRAMEWORK, '--target=handle', `--source=${folder}`], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH, NODE_ENV: 'production', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, 'exit');
  await eventually(
    () =>
      fetch(`${url}/up`).then(
        ({ ok }) => ok,
        () => false,
      ),
    (up) => up,
  );
  const answer = fetch(url).then(
    (response) => response.text(),
    () => 'cut off',
  );
  await eventually(
    async () => said,
    (text) => text.includes('begun'),
  );
  for (let sent = 0; sent < signals; sent++) {
    child.kill('SIGTERM');
    await eventually(
      async () => said,
      (text) => !gently || text.includes('handed back'),
    );
  }
  const [code] = await ended;
  return { code, said: said.trim().split('\n'), answer: await answer };
}

test('a function that is taken down hands back what it holds and answers what it was asked before it ends', async () => {
  expect(await takenDown(true)).toEqual({ code: 0, said: ['begun', 'handed back', 'answered'], answer: 'done' });
});

test('told twice, it still answers what it was asked, and hands back once', async () => {
  expect(await takenDown(true, 2)).toEqual({ code: 0, said: ['begun', 'handed back', 'answered'], answer: 'done' });
});

test('the framework by itself ends in the very moment, whatever is under way', async () => {
  const { said } = await takenDown(false);
  expect(said).toEqual(['begun']);
});
