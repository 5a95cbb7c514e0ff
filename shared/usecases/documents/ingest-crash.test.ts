import { expect, test } from 'vitest';
import { createUseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { RectoError } from '../../domain/errors.ts';
import { ingestDocument } from './ingest.ts';

async function taken(crashes: number) {
  const { ctx, close } = await createUseCaseFixture();
  let looks = 0;
  const { converter } = ctx.platform;
  const inspect: typeof converter.inspect = (params) => {
    looks += 1;
    return looks <= crashes
      ? Promise.reject(new RectoError('conversion_crashed', 'It ended with SIGKILL.'))
      : converter.inspect(params);
  };
  const platform = { ...ctx.platform, converter: { ...converter, inspect } };
  async function* body() {
    yield new TextEncoder().encode('A note from the harbour.');
  }
  const source = { kind: 'stream', body: body() } as const;
  try {
    return await ingestDocument({ ...ctx, platform }, { source, filename: 'a.txt', origin: 'api' }).then(
      ({ document }) => ({ status: document.status, looks }),
      (error: unknown) => ({ code: error instanceof RectoError ? error.code : null, looks }),
    );
  } finally {
    await close();
  }
}

test('a file whose first look was cut off by the death of its process is looked at once more', async () => {
  expect(await taken(1)).toEqual({ status: 'processing', looks: 2 });
});

test('one that takes a second process down is refused', async () => {
  expect(await taken(2)).toEqual({ code: 'conversion_crashed', looks: 2 });
});
