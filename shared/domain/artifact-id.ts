/** Record id of a document's artifact: one record a name. Record ids hold no slashes; names hold no colons. */
export const artifactId = (documentId: string, name: string): string => `${documentId}:${name.replaceAll('/', ':')}`;
