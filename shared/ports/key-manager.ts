/** Keys of one tenant that never leave the manager. `purpose` separates uses; keys of two tenants are unrelated. */
export interface KeyManager {
  /** HMAC-SHA-256, 32 bytes. */
  mac(purpose: string, data: Uint8Array): Promise<Uint8Array>;
  /** Authenticated encryption; the result carries its key version. */
  encrypt(purpose: string, plaintext: Uint8Array): Promise<Uint8Array>;
  /** `invalid_request` if it was tampered with or made under another purpose or tenant. */
  decrypt(purpose: string, ciphertext: Uint8Array): Promise<Uint8Array>;
}
