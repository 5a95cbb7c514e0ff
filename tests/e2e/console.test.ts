import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';

const samples = path.resolve(import.meta.dirname, '../../samples');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where a Chromium is; an error that says what to do when there is none. */
function browserPath(): string {
  const dirs = (process.env.PATH ?? '').split(path.delimiter);
  const found = dirs.flatMap((dir) => BROWSERS.map((name) => path.join(dir, name))).find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    'There is no Chromium for the browser test. `node scripts/setup.mjs --tests` installs it or prints the command; RECTO_NO_BROWSER=1 leaves this test out.',
  );
}

const leftOut = process.env.RECTO_NO_BROWSER === '1' && process.env.REQUIRE_SERVICES !== '1';

describe.skipIf(leftOut)('the console in a browser', () => {
  let platform: LocalPlatform;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const requests: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] });
    platform = await startLocalPlatform();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(platform.url);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await platform?.dispose();
  });

  test('a key that does not work is refused in words', async () => {
    await page.getByLabel('API key').fill('recto_nonsense');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByText('This key does not work').waitFor();
  });

  test('a file that is dropped is followed to its fields and its redacted text', async () => {
    await page.getByLabel('API key').fill(platform.apiKey);
    await page.keyboard.press('Enter');
    await page.locator('#file').setInputFiles(path.join(samples, 'bank-statement.pdf'));
    await page.getByRole('heading', { level: 1, name: 'bank-statement.pdf' }).waitFor();
    await page.getByRole('heading', { name: 'Fields' }).waitFor({ timeout: 90_000 });
    await page.locator('header.title .chip', { hasText: 'ready' }).waitFor();
    expect(await page.locator('section', { hasText: 'Fields' }).locator('tbody tr').count()).toBeGreaterThan(3);
    const [redacted, original] = await page.locator('.texts pre').allTextContents();
    expect(original).toContain('GB29 NWBK 6016 1331 9268 19');
    expect(redacted).not.toContain('GB29 NWBK 6016 1331 9268 19');
    expect(redacted).toContain('Greenleaf Grocers');
    expect(await page.locator('.texts mark.gone').count()).toBeGreaterThan(0);
    await page.getByAltText('Page 1 as it was read').waitFor();
    expect(await page.locator('.covers div:visible').count()).toBe(0);
    await page.getByRole('button', { name: 'Redacted', exact: true }).click();
    expect(await page.locator('.covers div:visible').count()).toBeGreaterThan(3);
    expect(await page.locator('.covers div[title="iban code"]').count()).toBeGreaterThan(0);
  }, 120_000);

  test('its text is found by search, with the words marked', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('greenleaf grocers');
    await page.keyboard.press('Enter');
    const hit = page.locator('.hits li', { hasText: 'bank-statement.pdf' });
    await hit.waitFor({ timeout: 20_000 });
    expect((await hit.locator('mark').allTextContents()).join(' ').toLowerCase()).toContain('greenleaf');
    await hit.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'bank-statement.pdf' }).waitFor();
  });

  test('artifacts are downloaded with the key, which never stands in a URL', async () => {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'redacted.pdf' }).click();
    expect((await coming).suggestedFilename()).toBe('bank-statement.redacted.pdf');
    expect(requests.filter((url) => url.includes(platform.apiKey))).toEqual([]);
  });

  test('nothing was fetched from elsewhere, and the browser had nothing to complain about', () => {
    const elsewhere = requests.filter((url) => !url.startsWith(platform.url) && !url.startsWith('blob:'));
    expect(elsewhere).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
