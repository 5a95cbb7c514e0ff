import { type Construct, TerraformProvider, TerraformResource } from '../cdktf.ts';

interface Attributes {
  [name: string]: unknown;
}

/** A provider of which so little is used that its package (as large as Google's) is not worth having. */
export class RawProvider extends TerraformProvider {
  private readonly attributes: Attributes;

  constructor(
    scope: Construct,
    id: string,
    source: { name: string; from: string; version: string },
    attributes: Attributes,
  ) {
    super(scope, id, {
      terraformResourceType: source.name,
      terraformGeneratorMetadata: { providerName: source.name, providerVersionConstraint: source.version },
      terraformProviderSource: source.from,
    });
    this.attributes = attributes;
  }

  protected override synthesizeAttributes(): Attributes {
    return this.attributes;
  }
}

/** A resource of such a provider, by its names in Terraform. */
export class RawResource extends TerraformResource {
  private readonly attributes: Attributes;

  constructor(
    scope: Construct,
    id: string,
    type: string,
    attributes: Attributes,
    meta: { provider?: TerraformProvider; dependsOn?: TerraformResource[] } = {},
  ) {
    super(scope, id, { terraformResourceType: type, ...meta });
    this.attributes = attributes;
  }

  protected override synthesizeAttributes(): Attributes {
    return this.attributes;
  }
}
