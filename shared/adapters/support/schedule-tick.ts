/** Attributes of a tick's message. What the schedule itself asks for cannot pass for another tenant, schedule or time. */
export function tickAttributes(params: {
  tenantId: string;
  scheduleId: string;
  attributes: Readonly<Record<string, string>>;
  /** Epoch ms. */
  tick: number;
}): Record<string, string> {
  const { tenantId, scheduleId, attributes } = params;
  const scheduledFor = new Date(params.tick).toISOString();
  return { ...attributes, tenantId, scheduleId, scheduledFor, tickId: `${scheduleId}:${scheduledFor}` };
}
