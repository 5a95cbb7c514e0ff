import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { serveJson } from './google-services.ts';

export const ISSUER = 'https://accounts.google.com';

export interface TokenIssuer {
  /** Where its public keys are. */
  keysUrl: string;
  /** An identity token as Google makes them; `over` replaces what is in it. */
  token(
    claims: { email: string; audience: string },
    over?: { issuer?: string; expiresAt?: number; emailVerified?: boolean },
  ): Promise<string>;
  close(): void;
}

/** Signs identity tokens with a key of its own. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = crypto.randomUUID();
  const keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }];
  const server = await serveJson(() => ({ status: 200, json: { keys } }));
  return {
    keysUrl: `${server.origin}/certs`,
    token: ({ email, audience }, over = {}) =>
      new SignJWT({ email, email_verified: over.emailVerified ?? true })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(over.issuer ?? ISSUER)
        .setAudience(audience)
        .setSubject('1')
        .setIssuedAt((over.expiresAt ?? Math.floor(Date.now() / 1000) + 3600) - 3600)
        .setExpirationTime(over.expiresAt ?? Math.floor(Date.now() / 1000) + 3600)
        .sign(privateKey),
    close: server.close,
  };
}
