import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKeyManager } from '#shared/adapters/embedded/key-manager.ts';
import { openKeyRing } from '#shared/adapters/embedded/key-ring.ts';
import { temporaryFolder } from '#tests/support/temporary-folder.ts';
import { keyManagerContract } from './key-manager.ts';

describe('the embedded key manager', () => {
  keyManagerContract(async () => {
    const ring = openKeyRing(path.join(temporaryFolder(), 'keys'));
    return {
      one: createKeyManager({ ring, owner: 'acme' }),
      other: createKeyManager({ ring, owner: 'globex' }),
      rotate: async () => void ring.rotate(),
    };
  });

  it('marks what it seals with its key version', async () => {
    const ring = openKeyRing(path.join(temporaryFolder(), 'keys'));
    ring.rotate();
    const sealed = await createKeyManager({ ring, owner: 'acme' }).encrypt('notes', new Uint8Array(3));
    expect(Buffer.from(sealed).readUInt32BE(1)).toBe(2);
  });
});
