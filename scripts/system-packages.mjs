// What Recto needs from the system, where it may be, and how each package manager installs it. Built-ins only: runs
// before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const LABELS = {
  office: 'LibreOffice',
  uno: 'the Python bridge of LibreOffice',
  fonts: 'fonts',
  browser: 'Chromium',
  media: 'ffmpeg',
};

/** By package manager: what refreshes its lists, how it installs, and its names for what we need. */
const MANAGERS = [
  {
    name: 'apt-get',
    refresh: ['apt-get', 'update', '-q'],
    install: ['apt-get', 'install', '-y', '--no-install-recommends'],
    office: ['libreoffice-writer', 'libreoffice-calc', 'libreoffice-impress'],
    uno: ['python3-uno'],
    fonts: ['fonts-liberation', 'fonts-dejavu-core', 'fonts-noto-core'],
    browser: ['chromium'],
    media: ['ffmpeg'],
  },
  {
    name: 'dnf',
    install: ['dnf', 'install', '-y', '--setopt=install_weak_deps=False'],
    office: ['libreoffice-writer', 'libreoffice-calc', 'libreoffice-impress'],
    uno: ['libreoffice-pyuno'],
    fonts: ['liberation-fonts', 'dejavu-sans-fonts', 'google-noto-sans-fonts'],
    browser: ['chromium'],
    // It is without the encoder libx264, which that of RPM Fusion has: recordings are refused with it, and their tests fail.
    media: ['ffmpeg-free'],
  },
  {
    name: 'apk',
    install: ['apk', 'add', '--no-cache'],
    office: ['libreoffice'],
    uno: ['libreoffice', 'python3'],
    fonts: ['font-liberation', 'font-dejavu', 'font-noto'],
    browser: ['chromium'],
    media: ['ffmpeg'],
  },
  {
    name: 'pacman',
    install: ['pacman', '-S', '--noconfirm', '--needed'],
    office: ['libreoffice-still'],
    uno: ['libreoffice-still', 'python'],
    fonts: ['ttf-liberation', 'ttf-dejavu', 'noto-fonts'],
    browser: ['chromium'],
    media: ['ffmpeg'],
  },
  {
    name: 'brew',
    asUser: true,
    install: ['brew', 'install'],
    office: ['libreoffice'],
    uno: ['libreoffice'],
    fonts: ['font-liberation', 'font-dejavu'],
    browser: ['chromium'],
    media: ['ffmpeg'],
  },
];

/** Tests stand another tree in for the machine's. */
const SYSROOT = process.env.RECTO_SETUP_SYSROOT ?? '';

const MAC_OFFICE = '/Applications/LibreOffice.app/Contents';
const SOFFICE = [
  '/usr/lib/libreoffice/program/soffice',
  '/opt/libreoffice/program/soffice',
  `${MAC_OFFICE}/MacOS/soffice`,
];
const PYTHON = ['/usr/bin/python3', `${MAC_OFFICE}/Resources/python`];
const FONTS = [
  '/usr/share/fonts/truetype/liberation',
  '/usr/share/fonts/truetype/liberation2',
  '/usr/share/fonts/liberation',
  '/usr/share/fonts/liberation-fonts',
  '/usr/share/fonts/liberation-sans',
  `${MAC_OFFICE}/Resources/fonts/truetype`,
];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function which(name) {
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    if (dir !== '' && existsSync(path.join(dir, name))) return path.join(dir, name);
  }
  return null;
}

const wellKnown = (files) => files.map((file) => SYSROOT + file).filter((file) => existsSync(file));

function findPython() {
  const onPath = which('python3');
  const candidates = [...wellKnown(PYTHON), ...(onPath === null ? [] : [onPath])];
  return candidates.find((file) => spawnSync(file, ['-c', 'import uno'], { timeout: 20_000 }).status === 0) ?? null;
}

const SEARCH = {
  office: () => which('soffice') ?? which('libreoffice') ?? wellKnown(SOFFICE)[0] ?? null,
  uno: findPython,
  fonts: () => wellKnown(FONTS)[0] ?? null,
  browser: () => BROWSERS.map(which).find((file) => file !== null) ?? null,
  media: () => (which('ffprobe') === null ? null : which('ffmpeg')),
};

/** Nothing before the command when we are root or need not be; null where we may not become root without asking. */
function elevation(manager) {
  if (manager.asUser === true || process.getuid?.() === 0) return [];
  if (which('sudo') === null) return null;
  return spawnSync('sudo', ['-n', 'true'], { timeout: 10_000 }).status === 0 ? ['sudo', '-n'] : null;
}

/**
 * @param {string[]} wanted any of `office`, `fonts`, `browser`, `media`
 * @param {Record<string, string>} known where things were the last time; believed while the file is there
 * @returns {{found: Record<string, string>, missing: string[], command: string | null, steps: string[][] | null}}
 *   `command` is what a person would type, null without a package manager we know; `steps` what we may run ourselves,
 *   null where that would need a password.
 */
export function systemPlan(wanted, known) {
  const found = {};
  const absent = [];
  for (const need of wanted.flatMap((name) => (name === 'office' ? ['office', 'uno'] : [name]))) {
    const file = known[need] !== undefined && existsSync(known[need]) ? known[need] : SEARCH[need]();
    if (file === null) absent.push(need);
    else found[need] = file;
  }
  const missing = absent.map((need) => LABELS[need]);
  if (absent.length === 0) return { found: { ...known, ...found }, missing, command: null, steps: null };
  const manager = MANAGERS.find((entry) => which(entry.name) !== null);
  if (manager === undefined) return { found, missing, command: null, steps: null };
  const packages = [...new Set(absent.flatMap((need) => manager[need]))];
  const steps = [...(manager.refresh === undefined ? [] : [manager.refresh]), [...manager.install, ...packages]];
  const typed = steps.map((step) => [...(manager.asUser === true ? [] : ['sudo']), ...step].join(' ')).join(' && ');
  const prefix = elevation(manager);
  return { found, missing, command: typed, steps: prefix === null ? null : steps.map((step) => [...prefix, ...step]) };
}
