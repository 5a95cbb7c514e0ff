/** A model that the tool cannot read or cannot work on. The message says which part, and what to do. */
export class ModelError extends Error {
  override name = 'ModelError';
}
