/** What a step's topic takes, in Avro: a pointer to work, never a document. Anything else is refused when published. */
export const STEP_MESSAGE_SCHEMA = {
  type: 'record',
  name: 'StepMessage',
  fields: [
    { name: 'tenantId', type: 'string' },
    { name: 'workId', type: 'string' },
    { name: 'dispatch', type: 'long' },
  ],
} as const;
