import path from 'node:path';

/** What to do with the running platform, as lines that can be copied into a shell. */
export function whereNext(params: { baseUrl: string; keyFile: string; dropFolder: string }): string[] {
  const base = params.baseUrl.replace(/\/$/, '');
  const here = (file: string): string => {
    const relative = path.relative('.', file);
    return relative.startsWith('..') ? file : relative;
  };
  const key = here(params.keyFile);
  return [
    'Where to look next',
    `  Console    ${base}/   (key: ${key})`,
    `  API        ${base}/docs`,
    `  Upload     curl -H "Authorization: Bearer $(cat ${key})" -F file=@YOUR-FILE ${base}/v1/documents`,
    `  Search     curl -H "Authorization: Bearer $(cat ${key})" "${base}/v1/search?q=invoice"`,
    `  Drop       cp YOUR-FILE ${here(params.dropFolder)}/`,
  ];
}
