import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Setting = readonly [path: string, name: string, value: string | number | boolean];

const security = '/org.openoffice.Office.Common/Security/Scripting';

/** What makes a profile harmless: nothing fetched, nothing run, nothing asked, nothing written beside the output. */
const SETTINGS: readonly Setting[] = [
  [security, 'BlockUntrustedRefererLinks', true],
  [security, 'DisableActiveContent', true],
  [security, 'DisableMacrosExecution', true],
  [security, 'MacroSecurityLevel', 3],
  [security, 'DisablePythonRuntime', true],
  [security, 'WarnAlienFormat', false],
  [security, 'HyperlinksWithCtrlClick', true],
  ['/org.openoffice.Office.Common/Save/Document', 'CreateBackup', false],
  ['/org.openoffice.Office.Common/Save/Document', 'AutoSave', false],
  ['/org.openoffice.Office.Recovery/RecoveryInfo', 'Enabled', false],
  ['/org.openoffice.Office.Recovery/AutoSave', 'Enabled', false],
  ['/org.openoffice.Office.Recovery/CrashReporter', 'Enabled', false],
  ['/org.openoffice.Office.Common/Misc', 'FirstRun', false],
  ['/org.openoffice.Office.Common/Misc', 'UseLocking', false],
  ['/org.openoffice.Office.Common/Misc', 'CrashReport', false],
  ['/org.openoffice.Office.Common/Misc', 'CollectUsageInformation', false],
  ['/org.openoffice.Office.Common/Help/Registration', 'ReminderDate', ''],
  ['/org.openoffice.Office.Java/VirtualMachine', 'Enable', false],
  ['/org.openoffice.Office.Writer/Content/Update', 'Link', 0],
  ['/org.openoffice.Office.Calc/Content/Update', 'Link', 2],
  ['/org.openoffice.Office.Calc/Formula/Load', 'OOXMLRecalcMode', 1],
  ['/org.openoffice.Office.Calc/Formula/Load', 'ODFRecalcMode', 1],
  ['/org.openoffice.Inet/Settings', 'ooInetProxyType', 2],
  ['/org.openoffice.Inet/Settings', 'ooInetHTTPProxyName', '127.0.0.1'],
  ['/org.openoffice.Inet/Settings', 'ooInetHTTPProxyPort', 9],
  ['/org.openoffice.Inet/Settings', 'ooInetHTTPSProxyName', '127.0.0.1'],
  ['/org.openoffice.Inet/Settings', 'ooInetHTTPSProxyPort', 9],
];

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&apos;');

/** Writes a user profile that Office finds at its first start. */
export async function writeProfile(dir: string): Promise<void> {
  const items = SETTINGS.map(
    ([where, name, value]) =>
      `<item oor:path="${escapeXml(where)}"><prop oor:name="${name}" oor:op="fuse"><value>${escapeXml(String(value))}</value></prop></item>`,
  );
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${items.join('\n')}
</oor:items>
`;
  await mkdir(path.join(dir, 'user'), { recursive: true });
  await writeFile(path.join(dir, 'user', 'registrymodifications.xcu'), xml);
}
