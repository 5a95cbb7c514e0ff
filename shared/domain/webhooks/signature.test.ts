import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { isSignedBy, newSigningSecret, signedHeaders } from './signature.ts';
import { firstSecret, ROTATION_OVERLAP_MS, rotated, validSecrets } from './signing-secrets.ts';

const body = '{"type":"document.processed"}';
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

it('signs so that the Standard Webhooks library verifies it', () => {
  const secret = newSigningSecret();
  const headers = signedHeaders({ id: 'dlv_1', timestampSeconds: nowSeconds(), body, secrets: [secret] });
  expect(new Webhook(secret).verify(body, headers)).toEqual({ type: 'document.processed' });
  expect(() => new Webhook(secret).verify(body.replace('processed', 'failed'), headers)).toThrow();
  expect(() => new Webhook(newSigningSecret()).verify(body, headers)).toThrow();
});

it('satisfies receivers with the old and the new secret while a rotation is under way', () => {
  const [old, next] = [newSigningSecret(), newSigningSecret()];
  const secrets = rotated(firstSecret(old), next, 1000);
  const headers = signedHeaders({
    id: 'dlv_1',
    timestampSeconds: nowSeconds(),
    body,
    secrets: validSecrets(secrets, 2000),
  });
  for (const secret of [old, next]) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
  expect(validSecrets(secrets, 1000 + ROTATION_OVERLAP_MS)).toEqual([next]);
});

it('verifies its own signatures and no others', () => {
  const secret = newSigningSecret();
  const headers = signedHeaders({ id: 'dlv_1', timestampSeconds: 5, body, secrets: [secret] });
  const signed = { id: 'dlv_1', timestampSeconds: 5, body, signatures: headers['webhook-signature'] };
  expect(isSignedBy(secret, signed)).toBe(true);
  expect(isSignedBy(secret, { ...signed, id: 'dlv_2' })).toBe(false);
});
