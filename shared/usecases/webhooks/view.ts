import type { Webhook, WebhookDelivery } from '../../domain/webhook.ts';

export type WebhookView = Omit<Webhook, 'secretName'>;
export type DeliveryView = Omit<WebhookDelivery, 'body'>;

export const webhookView = ({ secretName: _secretName, ...view }: Webhook): WebhookView => view;
export const deliveryView = ({ body: _body, ...view }: WebhookDelivery): DeliveryView => view;
