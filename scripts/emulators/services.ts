import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';

const FAKE_GCS = 'github.com/fsouza/fake-gcs-server@v1.56.1';
const TOOLS = path.resolve(import.meta.dirname, '../../node_modules/.cache/recto-tools');
const INSTALL_MS = 10 * 60_000;

export interface Emulator {
  key: string;
  /** As people call it. */
  name: string;
  /** What the adapters read its address from. */
  variable: string;
  /** What runs it; null where it is not installed. */
  find(): string[] | null;
  /** Installs it and says what runs it; null when that did not work. */
  install?(): Promise<string[] | null>;
  howTo: string;
  /** Started when the others are up, with their addresses. */
  last: boolean;
  /** Answers as soon as it is up. */
  probe: string;
  arguments(command: readonly string[], port: number, folder: string): string[];
}

function onPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    const file = path.join(folder, program);
    if (folder !== '' && existsSync(file)) return file;
  }
  return null;
}

/** Where the Google Cloud CLI keeps what it installs. */
function sdkRoot(): string | null {
  const gcloud = onPath('gcloud');
  const beside = gcloud === null ? [] : [path.resolve(path.dirname(realpathSync(gcloud)), '..')];
  const candidates = [...beside, '/usr/lib/google-cloud-sdk', '/usr/share/google-cloud-sdk'];
  return candidates.find((folder) => existsSync(path.join(folder, 'platform'))) ?? null;
}

/** The JVM directly: the start scripts of the CLI take twice as long. */
function jar(folder: string, name: RegExp, main: string): string[] | null {
  const root = sdkRoot();
  const java = onPath('java');
  if (root === null || java === null) return null;
  const place = path.join(root, 'platform', folder);
  const file = existsSync(place) ? readdirSync(place).find((entry) => name.test(entry)) : undefined;
  return file === undefined ? null : [java, '-Duser.language=en', '-Xmx384m', '-cp', path.join(place, file), main];
}

const GCLOUD =
  'Install the Google Cloud CLI and Java, then: gcloud components install cloud-firestore-emulator pubsub-emulator beta';

export const emulators: readonly Emulator[] = [
  {
    key: 'firestore',
    name: 'the Firestore emulator',
    variable: 'FIRESTORE_EMULATOR_HOST',
    find: () =>
      jar(
        'cloud-firestore-emulator',
        /^cloud-firestore-emulator.*\.jar$/,
        'com.google.cloud.datastore.emulator.firestore.CloudFirestore',
      ),
    howTo: GCLOUD,
    last: false,
    probe: '/',
    arguments: (command, port) => [...command, 'start', '--host=127.0.0.1', `--port=${port}`],
  },
  {
    key: 'pubsub',
    name: 'the Pub/Sub emulator',
    variable: 'PUBSUB_EMULATOR_HOST',
    find: () => jar('pubsub-emulator/lib', /^cloud-pubsub-emulator.*\.jar$/, 'com.google.cloud.pubsub.testing.v1.Main'),
    howTo: GCLOUD,
    last: false,
    probe: '/',
    arguments: (command, port) => [...command, '--host=127.0.0.1', `--port=${port}`],
  },
  {
    key: 'storage',
    name: 'fake-gcs-server',
    variable: 'STORAGE_EMULATOR_HOST',
    find: () => {
      const own = path.join(TOOLS, 'fake-gcs-server');
      const found = existsSync(own) ? own : onPath('fake-gcs-server');
      return found === null ? null : [found];
    },
    install: async () => {
      if (spawnSync('go', ['version']).status !== 0) return null;
      mkdirSync(TOOLS, { recursive: true });
      process.stderr.write(`emulators: installing ${FAKE_GCS} (a minute or two, once)\n`);
      const env = { ...process.env, GOBIN: TOOLS };
      const child = spawn('go', ['install', FAKE_GCS], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: INSTALL_MS,
      });
      const status = await new Promise((resolve) => child.once('close', resolve).once('error', resolve));
      return status === 0 ? [path.join(TOOLS, 'fake-gcs-server')] : null;
    },
    last: true,
    howTo: `Install Go, then: go install ${FAKE_GCS}`,
    probe: '/storage/v1/b?project=probe',
    arguments: (command, port) => [
      ...command,
      ...['-backend', 'memory', '-scheme', 'http', '-host', '127.0.0.1', '-port', String(port)],
      ...['-public-host', `127.0.0.1:${port}`, '-log-level', 'warn'],
      ...events(),
    ],
  },
];

/** Notifications of new objects go to a topic of the Pub/Sub emulator where RECTO_STORAGE_EVENTS names one as project/topic. */
function events(): string[] {
  const [project, topic] = (process.env.RECTO_STORAGE_EVENTS ?? '').split('/');
  if (project === undefined || topic === undefined) return [];
  return ['-event.pubsub-project-id', project, '-event.pubsub-topic', topic, '-event.list', 'finalize'];
}
