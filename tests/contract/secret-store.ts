import { expect, it } from 'vitest';
import type { SecretStore } from '#shared/ports/secret-store.ts';

export interface SecretStoreFixture {
  one: SecretStore;
  other: SecretStore;
}

export function secretStoreContract(setup: () => Promise<SecretStoreFixture>): void {
  it('answers null for an absent secret and false for its deletion', async () => {
    const { one } = await setup();
    expect(await one.get('none')).toBeNull();
    expect(await one.delete('none')).toBe(false);
  });

  it('keeps, replaces and deletes a secret', async () => {
    const { one } = await setup();
    await one.put('webhook/1', 'first ✓');
    await one.put('webhook/1', 'second');
    expect(await one.get('webhook/1')).toBe('second');
    expect(await one.delete('webhook/1')).toBe(true);
    expect(await one.get('webhook/1')).toBeNull();
  });

  it('keeps an empty value apart from an absent one', async () => {
    const { one } = await setup();
    await one.put('empty', '');
    expect(await one.get('empty')).toBe('');
  });

  it('neither shows nor deletes another tenant’s secret', async () => {
    const { one, other } = await setup();
    await one.put('shared name', 'mine');
    expect(await other.get('shared name')).toBeNull();
    expect(await other.delete('shared name')).toBe(false);
    await other.put('shared name', 'theirs');
    expect(await one.get('shared name')).toBe('mine');
  });

  it('refuses names and values out of bounds', async () => {
    const { one } = await setup();
    for (const name of ['', 'x'.repeat(256), 'a\nb'])
      await expect(one.put(name, 'v')).rejects.toEqual(expect.objectContaining({ code: 'invalid_request' }));
    await expect(one.put('big', 'x'.repeat(65_537))).rejects.toEqual(
      expect.objectContaining({ code: 'limit_exceeded' }),
    );
    await one.put('just fits', 'x'.repeat(65_536));
    expect((await one.get('just fits'))?.length).toBe(65_536);
  });
}
