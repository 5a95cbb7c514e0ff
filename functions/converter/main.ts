import { tmpdir } from 'node:os';
import { z } from 'zod';
import { createConverterPlatform } from '#shared/platform/converter.ts';
import { createConverterService } from './converter-service.ts';

const envSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  RECTO_HOST: z.string().default('0.0.0.0'),
  RECTO_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  RECTO_CONVERT_WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  RECTO_CONVERT_SECONDS: z.coerce.number().int().min(1).max(285).default(285),
});

/** The converter as a process of its own: HTTP/2 without TLS on PORT, until SIGTERM. */
async function main(): Promise<void> {
  const env = envSchema.parse(process.env);
  const { converter, log } = createConverterPlatform({
    tmpDir: tmpdir(),
    workers: env.RECTO_CONVERT_WORKERS,
    timeoutMs: env.RECTO_CONVERT_SECONDS * 1000,
    logLevel: env.RECTO_LOG_LEVEL,
  });
  const server = createConverterService({ converter, log });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(env.PORT, env.RECTO_HOST, resolve);
  });
  const address = server.address();
  log.info('ready', { port: typeof address === 'object' && address !== null ? address.port : env.PORT });
  // The first document does not wait for Office to start.
  await converter.warmUp().catch((error: unknown) => log.warn('a worker did not start', { error }));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      server.close();
      void converter.close().then(() => process.exit(0));
    });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
