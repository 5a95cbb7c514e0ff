import { firestoreIndexes } from '../../shared/firestore-indexes.ts';
import type { Rule } from './rule.ts';
import { at, label, named, nameOf, ofType, text } from './world.ts';

/** Where each kind of resource says which key encrypts it. */
const KEY_AT: Readonly<Record<string, string>> = {
  google_storage_bucket: 'encryption.default_kms_key_name',
  google_storage_bucket_object: 'kms_key_name',
  google_firestore_database: 'cmek_config.kms_key_name',
  google_pubsub_topic: 'kms_key_name',
  google_secret_manager_secret: 'replication.user_managed.replicas.0.customer_managed_encryption.kms_key_name',
  google_artifact_registry_repository: 'kms_key_name',
  google_cloudfunctions2_function: 'kms_key_name',
  google_cloud_run_v2_service: 'template.encryption_key',
};
/** Kinds that hold what cannot be made again. */
const PRECIOUS = ['google_storage_bucket', 'google_firestore_database', 'google_kms_crypto_key'];

interface IndexField {
  field_path: string;
  order?: string;
  array_config?: string;
  vector_config?: { dimension: number };
}
const fieldLine = (field: IndexField): string =>
  `${field.field_path} ${field.order ?? field.array_config ?? `vector(${field.vector_config?.dimension ?? 0})`}`;

export const dataRules: readonly Rule[] = [
  {
    name: 'encrypted-with-our-keys',
    because: 'revoking a key must be enough to make data unreadable',
    violations: (world) => {
      const keys = new Set(ofType(world, 'google_kms_crypto_key').map(nameOf));
      return Object.entries(KEY_AT).flatMap(([type, where]) =>
        ofType(world, type).flatMap((resource) => {
          const key = text(resource, where);
          if (key === '') return [`${label(resource)} names no key at ${where}`];
          return keys.has(key.split('/').at(-1) ?? '')
            ? []
            : [`${label(resource)} names the key ${key}, which no stack makes`];
        }),
      );
    },
  },
  {
    name: 'keys-rotate',
    because: 'a key that leaked is of use until the next rotation',
    violations: (world) =>
      ofType(world, 'google_kms_crypto_key')
        .filter((key) => text(key, 'purpose') === 'ENCRYPT_DECRYPT' && text(key, 'rotation_period') === '')
        .map((key) => `${label(key)} never rotates`),
  },
  {
    name: 'buckets-are-private',
    because: 'documents of tenants lie in them',
    violations: (world) =>
      ofType(world, 'google_storage_bucket').flatMap((bucket) => [
        ...(at(bucket, 'uniform_bucket_level_access') === true
          ? []
          : [`${label(bucket)} lets objects have grants of their own`]),
        ...(text(bucket, 'public_access_prevention') === 'enforced' ? [] : [`${label(bucket)} could be made public`]),
        ...(at(bucket, 'versioning.enabled') === true || at(bucket, 'retention_policy.retention_period') !== undefined
          ? []
          : [`${label(bucket)} keeps neither versions nor a retention period`]),
        ...(at(bucket, 'lifecycle_rule.0') === undefined
          ? [`${label(bucket)} has no lifecycle: it grows for ever`]
          : []),
      ]),
  },
  {
    name: 'prod-keeps-its-data',
    because: 'a mistaken plan must not delete what cannot be made again',
    violations: (world) =>
      world.environment !== 'prod'
        ? []
        : ofType(world, ...PRECIOUS)
            .filter((resource) => at(resource, 'lifecycle.prevent_destroy') !== true)
            .map((resource) => `${label(resource)} could be destroyed by a plan`),
  },
  {
    name: 'records-can-be-restored',
    because: 'a mistake of ours must be undone from the past',
    violations: (world) => {
      const backed = ofType(world, 'google_firestore_backup_schedule').map((entry) => named(world, entry, 'database'));
      return ofType(world, 'google_firestore_database').flatMap((database) => [
        ...(text(database, 'point_in_time_recovery_enablement') === 'POINT_IN_TIME_RECOVERY_ENABLED'
          ? []
          : [`${label(database)} has no point-in-time recovery`]),
        ...(backed.includes(nameOf(database)) ? [] : [`${label(database)} has no backup schedule`]),
      ]);
    },
  },
  {
    name: 'queries-have-their-index',
    because: 'Firestore refuses a query without one, in production only: the emulator does not',
    violations: (world) => {
      const made = new Set(
        ofType(world, 'google_firestore_index').map((index) => {
          const fields: unknown = at(index, 'fields');
          const lines = Array.isArray(fields) ? fields.map((field: IndexField) => fieldLine(field)) : [];
          return `${text(index, 'collection')}: ${lines.join(', ')}`;
        }),
      );
      return firestoreIndexes()
        .map(({ collection, fields }) => {
          const lines = fields.map((field) =>
            'order' in field
              ? `${field.path} ${field.order}`
              : 'array' in field
                ? `${field.path} ${field.array}`
                : `${field.path} vector(${field.vectorDimensions})`,
          );
          return `${collection}: ${lines.join(', ')}`;
        })
        .filter((wanted) => !made.has(wanted))
        .map((wanted) => `firestore: no index for ${wanted}`);
    },
  },
];
