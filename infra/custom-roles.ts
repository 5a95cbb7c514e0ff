/** Roles that Google has none for that is narrow enough. */
export const CUSTOM_ROLES = {
  rectoScheduleEditor: {
    title: 'Recto: keeps cron schedules',
    permissions: [
      'cloudscheduler.jobs.create',
      'cloudscheduler.jobs.delete',
      'cloudscheduler.jobs.get',
      'cloudscheduler.jobs.list',
      'cloudscheduler.jobs.update',
    ],
  },
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
