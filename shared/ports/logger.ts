/** Facts that go with a line. Never secrets, never document content. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object a line: `level`, `time`, `message`, and bound fields such as `requestId`, `tenantId`, `runId`. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  with(fields: LogFields): Logger;
}
