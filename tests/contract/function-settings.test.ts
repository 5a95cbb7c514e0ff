import { expect, test } from 'vitest';
import { parseFunctionSettings } from '#functions/cloud/settings.ts';
import { parseDeployment } from '../../infra/deployment.ts';
import { functionSettings } from '../../infra/function-settings.ts';
import { functions } from '../../infra/workloads.ts';

test.each(['dev', 'staging', 'prod'])('what infra sets in %s is what functions ask for', (env) => {
  const deployment = parseDeployment({ env, project: 'acme-recto', domain: 'recto.acme.com', release: 'a1b2c3' });
  for (const definition of functions) {
    const settings = functionSettings(definition, deployment, '123456789');
    const open = definition.calledBy === 'everyone';
    const { config, caller, firstKeySecret } = parseFunctionSettings(settings, { open });
    expect(config.environment, definition.name).toBe(env);
    expect(caller?.audience ?? null, definition.name).toBe(settings.RECTO_AUDIENCE ?? null);
    expect(firstKeySecret !== null, definition.name).toBe(definition.name === 'scheduled');
  }
});
