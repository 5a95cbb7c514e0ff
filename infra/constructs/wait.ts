import type { Construct, TerraformResource } from '../cdktf.ts';
import { RawProvider, RawResource } from './raw.ts';

const PROVIDER = 'time';

/**
 * Waits after what it depends on was made: accounts, grants and services exist minutes before the rest of Google Cloud has
 * heard of them, and a first apply that does not wait fails.
 */
export class Wait extends RawResource {
  constructor(scope: Construct, id: string, params: { after: TerraformResource[]; seconds: number }) {
    if (scope.node.tryFindChild(PROVIDER) === undefined)
      new RawProvider(scope, PROVIDER, { name: 'time', from: 'hashicorp/time', version: '~> 0.12' }, {});
    super(scope, id, 'time_sleep', { create_duration: `${params.seconds}s` }, { dependsOn: params.after });
  }
}
