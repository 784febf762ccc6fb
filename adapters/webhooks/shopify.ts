import type { Verdict, Verify, WebhookHeaders } from '#domain/webhook/webhook.ts'
import { type Secrets, fromBase64, givenSecrets, isSigned } from './hmac.ts'
import { jsonBody } from './json-body.ts'

export interface ShopifyWebhookOptions {
  /** Client secrets of the app. After a rotation Shopify may sign with the old one for an hour: keep both until then. */
  readonly secrets: Secrets
}

/**
 * Verifies messages of Shopify (https://shopify.dev/docs/apps/build/webhooks/subscribe/https). `eventId` is
 * `X-Shopify-Event-Id`, which several subscriptions to one topic share; `X-Shopify-Webhook-Id` differs between them.
 * @throws {DefinitionError} when no secret is given.
 */
export function shopifyWebhook({ secrets }: ShopifyWebhookOptions): Verify {
  const keys = givenSecrets('shopifyWebhook', secrets).map((secret) => new Uint8Array(new TextEncoder().encode(secret)))
  return async (raw, headers): Promise<Verdict> => {
    const signature = fromBase64(headers.get('x-shopify-hmac-sha256') ?? '')
    if (!signature?.length) return { refused: 'the header X-Shopify-Hmac-Sha256 is missing, or is not base64' }
    if (!(await isSigned(raw, keys, [signature])))
      return { refused: 'X-Shopify-Hmac-Sha256 does not fit the body under any secret of this webhook' }
    const topic = headers.get('x-shopify-topic')
    const webhookId = headers.get('x-shopify-webhook-id')
    const eventId = headers.get('x-shopify-event-id') ?? webhookId
    if (!topic || !eventId) return { unreadable: 'the header X-Shopify-Topic or X-Shopify-Event-Id is missing' }
    const body = jsonBody(raw)
    return 'unreadable' in body
      ? body
      : { eventId, topic, ...occurred(headers), payload: body.payload, metadata: metadata(headers, webhookId) }
  }
}

function occurred(headers: WebhookHeaders): { readonly occurredAt?: number } {
  const at = Date.parse(headers.get('x-shopify-triggered-at') ?? '')
  return Number.isNaN(at) ? {} : { occurredAt: at }
}

function metadata(headers: WebhookHeaders, webhookId: string | null): Readonly<Record<string, string>> {
  const shop = headers.get('x-shopify-shop-domain')
  const apiVersion = headers.get('x-shopify-api-version')
  return {
    ...(webhookId !== null && { webhookId }),
    ...(shop !== null && { shop }),
    ...(apiVersion !== null && { apiVersion }),
  }
}
