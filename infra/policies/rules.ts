import { accessRules } from './access-rules.ts';
import { dataRules } from './data-rules.ts';
import { messagingRules } from './messaging-rules.ts';
import { orderRules } from './order-rules.ts';
import type { Rule } from './rule.ts';
import { runtimeRules } from './runtime-rules.ts';
import { schemaRules } from './schema-rules.ts';

/** What must hold of every environment; checked by every `synth`, and so before every deployment. */
export const rules: readonly Rule[] = [
  ...accessRules,
  ...dataRules,
  ...messagingRules,
  ...orderRules,
  ...runtimeRules,
  ...schemaRules,
];
