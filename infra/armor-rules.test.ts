import { expect, test } from 'vitest';
import { armorRules } from './armor-rules.ts';

test('Cloud Armor looks for code everywhere but in documents, and limits all', () => {
  const rules = armorRules(600);
  expect(new Set(rules.map(({ priority }) => priority)).size).toBe(rules.length);
  const texts = rules.map((rule) => JSON.stringify(rule));
  for (const text of texts.filter((line) => /(sqli|xss|lfi|rce)-v33/.test(line)))
    expect(text).toContain('!request.path.matches');
  expect(texts.filter((line) => line.includes('rate_based_ban'))).toHaveLength(1);
});
