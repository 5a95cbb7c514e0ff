/**
 * The one place that names the framework: CDK for Terraform was archived in December 2025, and `cdktf` in package.json
 * here is an alias of its maintained fork, cdktn (docs/adr). Resources come from the provider package by deep path.
 */
export {
  App,
  GcsBackend,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
  Testing,
} from 'cdktf';
export { Construct } from 'constructs';
