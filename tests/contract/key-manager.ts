import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { KeyManager } from '#shared/ports/key-manager.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const refused = expect.objectContaining({ code: 'invalid_request' });

export interface KeyManagerFixture {
  /** Two tenants' managers of one installation. */
  one: KeyManager;
  other: KeyManager;
  /** Makes a new key version current. */
  rotate(): Promise<void>;
}

export function keyManagerContract(setup: () => Promise<KeyManagerFixture>): void {
  it('opens what it sealed, of any size', async () => {
    const { one } = await setup();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (data) => {
        const sealed = await one.encrypt('notes', data);
        expect(Buffer.from(await one.decrypt('notes', sealed)).equals(data)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('never seals the same plaintext to the same bytes, nor shows it', async () => {
    const { one } = await setup();
    const first = Buffer.from(await one.encrypt('notes', bytes('a plain secret')));
    expect(first.equals(await one.encrypt('notes', bytes('a plain secret')))).toBe(false);
    expect(first.includes('plain secret')).toBe(false);
  });

  it('refuses what was changed in any byte, cut or lengthened', async () => {
    const { one } = await setup();
    const sealed = await one.encrypt('notes', bytes('hello'));
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await expect(one.decrypt('notes', changed)).rejects.toEqual(refused);
    }
    await expect(one.decrypt('notes', sealed.slice(0, -1))).rejects.toEqual(refused);
    await expect(one.decrypt('notes', Buffer.concat([sealed, Buffer.alloc(1)]))).rejects.toEqual(refused);
    await expect(one.decrypt('notes', new Uint8Array(0))).rejects.toEqual(refused);
  });

  it('refuses another purpose and another tenant', async () => {
    const { one, other } = await setup();
    const sealed = await one.encrypt('notes', bytes('hello'));
    await expect(one.decrypt('letters', sealed)).rejects.toEqual(refused);
    await expect(other.decrypt('notes', sealed)).rejects.toEqual(refused);
  });

  it('gives stable macs of 32 bytes that differ by purpose and tenant', async () => {
    const { one, other } = await setup();
    const mac = Buffer.from(await one.mac('names', bytes('Ada')));
    expect(mac).toHaveLength(32);
    expect(mac.equals(await one.mac('names', bytes('Ada')))).toBe(true);
    expect(mac.equals(await one.mac('places', bytes('Ada')))).toBe(false);
    expect(mac.equals(await other.mac('names', bytes('Ada')))).toBe(false);
  });

  it('after a rotation still opens what was sealed before, and gives the same macs', async () => {
    const { one, rotate } = await setup();
    const sealed = await one.encrypt('notes', bytes('before'));
    const mac = await one.mac('names', bytes('Ada'));
    await rotate();
    expect(new TextDecoder().decode(await one.decrypt('notes', sealed))).toBe('before');
    expect(Buffer.from(mac).equals(await one.mac('names', bytes('Ada')))).toBe(true);
    const fresh = await one.encrypt('notes', bytes('after'));
    expect(new TextDecoder().decode(await one.decrypt('notes', fresh))).toBe('after');
  });
}
