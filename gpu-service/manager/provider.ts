import { modelsOf, pathOf } from '../ocr/models.ts';
import { configureSessions, type Provider, Session } from '../ocr/session.ts';
import type { HardwareFacts } from './hardware.ts';
import { choosePlan, type Plan, type Wishes } from './plan.ts';

/** Opens a session with the provider; rejects with what onnxruntime says when it does not load. */
export type TryProvider = (provider: Provider) => Promise<void>;

/**
 * The plan, if its provider really loads. One that does not is named in the log; then the CPU does it, unless the provider
 * was asked for by name: who asks for a GPU does not want a service fifty times as slow. Throws in that case.
 */
export async function settleProvider(
  plan: Plan,
  wishes: Wishes,
  facts: HardwareFacts,
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void,
  attempt: TryProvider = openAndClose,
): Promise<Plan> {
  if (plan.provider === 'cpu') return plan;
  try {
    await attempt(plan.provider);
    return plan;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    if (wishes.provider !== 'auto')
      throw new Error(
        `OCR_PROVIDER=${wishes.provider} does not load: ${why}. Install its libraries, or set OCR_PROVIDER=auto.`,
        { cause },
      );
    log('error', 'ocr: a provider does not load; the CPU is used', { provider: plan.provider, why });
    return choosePlan({ ...facts, gpus: [] }, wishes);
  }
}

/** With the smallest model. */
async function openAndClose(provider: Provider): Promise<void> {
  const smallest = modelsOf('ppocr-v6').sort((a, b) => a.memoryMb - b.memoryMb)[0];
  if (smallest === undefined) throw new Error('The manifest has no model to try a provider with.');
  configureSessions({ provider });
  const session = await Session.open(pathOf(smallest.file));
  await session.close();
}
