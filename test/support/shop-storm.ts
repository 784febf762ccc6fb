import '@shopify/shopify-api/adapters/web-api'
import { HashFormat, createSHA256HMAC } from '@shopify/shopify-api/runtime'
import { Agent, request } from 'node:http'
import { setTimeout as rest } from 'node:timers/promises'
import { ORDERS_SECRET } from './orders-webhook.ts'

const T0 = Date.parse('2026-11-28T12:00:00Z')

export interface ShopMessage {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Coprime with the number of messages, so that each has a place. */
const STRIDE = 37

/**
 * Orders of a shop, signed by Shopify's own library. Each comes twice, under another webhook id, and not in the order
 * in which they happened. The two are close enough to be in flight at once.
 */
export async function shopMessages(orders: number): Promise<readonly ShopMessage[]> {
  const count = 2 * orders
  const places = Array.from({ length: count }, (_, index) => (index * STRIDE) % count)
  if (new Set(places).size !== count)
    throw new Error(`The number of orders must not be divisible by ${String(STRIDE)}.`)
  const messages: ShopMessage[] = []
  for (const [index, place] of places.entries()) messages[place] = await message(index >> 1, index)
  return messages
}

async function message(order: number, delivery: number): Promise<ShopMessage> {
  const body = JSON.stringify({ id: order, note: `Order ${String(order)}: åäö`, lines: 'x'.repeat(2000) })
  const headers = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'x-shopify-topic': 'orders/create',
    'x-shopify-event-id': `event-${String(order)}`,
    'x-shopify-webhook-id': `delivery-${String(delivery)}`,
    'x-shopify-triggered-at': new Date(T0 + order).toISOString(),
    'x-shopify-hmac-sha256': await createSHA256HMAC(ORDERS_SECRET, body, HashFormat.Base64),
  }
  return { body, headers }
}

export interface StormOptions {
  readonly connections: number
  /** Where the server listens by now. */
  readonly url: () => string
  /** @param count answers with 200 so far. */
  readonly onAnswer?: (count: number) => void
}

const AGAIN_MS = 20

/** As Shopify does: what is not answered with 200 is delivered again. Returns how long each answer with 200 took (ms). */
export async function deliverAll(
  messages: readonly ShopMessage[],
  { connections, url, onAnswer = () => undefined }: StormOptions,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  const left = messages.values()
  const connection = async (): Promise<void> => {
    for (const one of left) {
      let begun = performance.now()
      while ((await post(`${url()}/webhooks/orders`, one, agent)) !== 200) {
        await rest(AGAIN_MS)
        begun = performance.now()
      }
      onAnswer(times.push(performance.now() - begun))
    }
  }
  await Promise.all(Array.from({ length: connections }, connection))
  agent.destroy()
  return times
}

/** The status; `null` if there was no answer. Without the cost of `fetch`, which would be the load's. */
function post(url: string, { body, headers }: ShopMessage, agent: Agent): Promise<number | null> {
  return new Promise((resolve) => {
    const none = (): void => {
      resolve(null)
    }
    const sent = request(url, { method: 'POST', headers, agent }, (response) => {
      response.on('end', () => {
        resolve(response.statusCode ?? null)
      })
      response.on('error', none).resume()
    })
    sent.on('error', none).end(body)
  })
}
