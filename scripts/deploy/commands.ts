import { spawn } from 'node:child_process';

export interface CommandOptions {
  /** Written to its standard input, and never shown. */
  input?: string;
  env?: Readonly<Record<string, string>>;
}

/** How commands are run: the one way to the outside, so that a dry run and tests can stand in for it. */
export interface Commands {
  /** Shows what it prints; rejects, naming the command, when it fails. */
  run(command: string, args: readonly string[], options?: CommandOptions): Promise<void>;
  /** What it prints, without the last line feed. `assume` is what a dry run takes it to have printed. */
  read(command: string, args: readonly string[], assume: string): Promise<string>;
  /** Whether it succeeds; what it prints is not shown. A dry run takes it to fail: what could be there is not. */
  succeeds(command: string, args: readonly string[]): Promise<boolean>;
}

const HOUR_MS = 3_600_000;
export const shown = (command: string, args: readonly string[]): string =>
  [command, ...args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

interface Ended {
  code: number | null;
  printed: string;
  complained: string;
}

function start(command: string, args: readonly string[], options: CommandOptions & { show: boolean }): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], {
      stdio: ['pipe', options.show ? 'inherit' : 'pipe', options.show ? 'inherit' : 'pipe'],
      env: { ...process.env, ...options.env },
      timeout: HOUR_MS,
    });
    let printed = '';
    let complained = '';
    child.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (complained += chunk.toString()));
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed, or not on the PATH.`) : error),
    );
    child.on('close', (code) => resolve({ code, printed, complained }));
    // A command that reads nothing may be gone before this is written.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') reject(error);
    });
    child.stdin?.end(options.input ?? '');
  });
}

/** Runs them on this machine. */
export const systemCommands: Commands = {
  async run(command, args, options = {}) {
    const { code } = await start(command, args, { ...options, show: true });
    if (code !== 0)
      throw new Error(`This command failed with ${code}; its messages above say why:\n  ${shown(command, args)}`);
  },
  async read(command, args) {
    const { code, printed, complained } = await start(command, args, { show: false });
    if (code !== 0)
      throw new Error(`This command failed with ${code}:\n  ${shown(command, args)}\n${complained.trim()}`);
    return printed.trimEnd();
  },
  async succeeds(command, args) {
    return (await start(command, args, { show: false })).code === 0;
  },
};

/** Runs nothing: writes down what would be run, and goes on as if it had gone well on a project where nothing is yet. */
export function dryCommands(write: (line: string) => void): Commands {
  const note = (command: string, args: readonly string[], input?: string): void =>
    write(`${shown(command, args)}${input === undefined ? '' : ' < (a value that is not shown)'}`);
  return {
    async run(command, args, options = {}) {
      note(command, args, options.input);
    },
    async read(command, args, assume) {
      note(command, args);
      return assume;
    },
    async succeeds(command, args) {
      note(command, args);
      return false;
    },
  };
}
