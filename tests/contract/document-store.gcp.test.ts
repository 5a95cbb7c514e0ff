import { createDocumentStore } from '#shared/adapters/gcp/document-store.ts';
import { describeWith, emulatedFirestore } from '../support/cloud-services.ts';
import { createManualClock } from '../support/manual-clock.ts';
import { documentStoreContract } from './document-store.ts';

describeWith(['firestore'], 'Firestore', () => {
  documentStoreContract('Firestore', () => {
    const clock = createManualClock();
    const collections = [{ name: 'notes', ttlField: 'expiresAt' }];
    const store = createDocumentStore({ firestore: emulatedFirestore(), clock, collections });
    return { ...store, clock };
  });
});
