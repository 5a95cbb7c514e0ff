const SEVERITIES: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
};

/** A line of the logger as Cloud Logging reads it: `severity` first, which it takes for the entry's own. */
export const withSeverity = (line: string): string =>
  line.replace(/^\{"level":"(\w+)"/, (start, level: string) =>
    level in SEVERITIES ? `{"severity":"${SEVERITIES[level]}",${start.slice(1)}` : start,
  );
