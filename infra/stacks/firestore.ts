import { FirestoreBackupSchedule } from '@cdktf/provider-google/lib/firestore-backup-schedule/index.js';
import { FirestoreDatabase } from '@cdktf/provider-google/lib/firestore-database/index.js';
import { FirestoreField } from '@cdktf/provider-google/lib/firestore-field/index.js';
import { FirestoreIndex } from '@cdktf/provider-google/lib/firestore-index/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import {
  type FirestoreIndexField,
  firestoreIndexes,
  firestoreTtlFields,
  firestoreUnindexedFields,
} from '../../shared/firestore-indexes.ts';
import type { App } from '../cdktf.ts';
import type { Deployment } from '../deployment.ts';
import { accountOf, functions } from '../workloads.ts';
import { RectoStack } from './recto-stack.ts';

function indexField(field: FirestoreIndexField) {
  if ('order' in field) return { fieldPath: field.path, order: field.order };
  if ('array' in field) return { fieldPath: field.path, arrayConfig: field.array };
  return { fieldPath: field.path, vectorConfig: { dimension: field.vectorDimensions, flat: {} } };
}

/** Records: the database, the indexes that queries need, expiry, backups, and who may read and write. */
export class FirestoreStack extends RectoStack {
  constructor(scope: App, deployment: Deployment) {
    super(scope, 'firestore', deployment);
    const { environment, project } = deployment;
    const made = new FirestoreDatabase(this, 'database', {
      name: this.names.database,
      locationId: environment.region,
      type: 'FIRESTORE_NATIVE',
      concurrencyMode: 'OPTIMISTIC',
      pointInTimeRecoveryEnablement: 'POINT_IN_TIME_RECOVERY_ENABLED',
      deleteProtectionState: environment.protectData ? 'DELETE_PROTECTION_ENABLED' : 'DELETE_PROTECTION_DISABLED',
      deletionPolicy: environment.protectData ? 'ABANDON' : 'DELETE',
      cmekConfig: { kmsKeyName: this.names.key('firestore') },
      lifecycle: { preventDestroy: environment.protectData },
    });
    const database = made.name;
    for (const { collection, fields } of firestoreIndexes()) {
      const along = fields.map(
        (field) => `${field.path}${'order' in field && field.order === 'DESCENDING' ? '-desc' : ''}`,
      );
      new FirestoreIndex(this, `index-${collection}-${along.join('-')}`, {
        database,
        collection,
        queryScope: 'COLLECTION',
        fields: fields.map(indexField),
      });
    }
    for (const { collection, path } of firestoreTtlFields())
      new FirestoreField(this, `expiry-${collection}`, { database, collection, field: path, ttlConfig: {} });
    for (const { collection, path } of firestoreUnindexedFields())
      new FirestoreField(this, `unindexed-${collection}-${path}`, {
        database,
        collection,
        field: path,
        indexConfig: { indexes: [] },
      });
    new FirestoreBackupSchedule(this, 'backups', {
      database,
      retention: `${environment.backupDays * 86_400}s`,
      dailyRecurrence: {},
    });
    for (const definition of functions.filter(({ grants }) => grants.records))
      new ProjectIamMember(this, `records-${definition.name}`, {
        project,
        role: 'roles/datastore.user',
        member: this.names.member(accountOf(definition)),
        condition: { title: 'this-database', expression: `resource.name == "${this.names.databasePath}"` },
      });
  }
}
