/** Roles that Google has none for that is narrow enough. */
export const CUSTOM_ROLES = {
  rectoSecretCreator: { title: 'Recto: makes secrets', permissions: ['secretmanager.secrets.create'] },
  rectoSecretEditor: {
    title: 'Recto: keeps the secrets of tenants',
    permissions: [
      'secretmanager.secrets.delete',
      'secretmanager.secrets.get',
      'secretmanager.versions.access',
      'secretmanager.versions.add',
      'secretmanager.versions.destroy',
      'secretmanager.versions.list',
    ],
  },
} as const;
export type CustomRole = keyof typeof CUSTOM_ROLES;

export const customRole = (project: string, role: CustomRole): string => `projects/${project}/roles/${role}`;
