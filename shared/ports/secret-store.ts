/** Named secrets of one tenant (or of the system), encrypted at rest. Values are never logged. */
export interface SecretStore {
  get(name: string): Promise<string | null>;
  put(name: string, value: string): Promise<void>;
  delete(name: string): Promise<boolean>;
}
