import { defineAgent, defineTool } from 'errand'
import * as z from 'zod'
import { CART } from '../carts/cart.ts'
import type { Mailer } from '../carts/mailer.ts'

const INSTRUCTIONS = `You write to a customer of a small shop who has left a cart, an hour ago or more.

First ask whether the address may be written to. If not, stop and say so. Otherwise write one short, friendly message in the
customer's language ("sv" or "en"), at most 80 words: what lies in the cart, and the address of the cart. No discount, no pressure,
no invented facts. Send it once. A person approves it before it leaves. If they do not, do not send another.`

/** Started by Shopify's webhooks (../carts/shopify-events.ts). */
export function cartFollowUp(mailer: Mailer) {
  const mayWrite = defineTool({
    name: 'may_write_to',
    description: 'Whether this address may be written to.',
    effect: 'read',
    input: z.object({ email: z.email() }),
    run: ({ email }) => mailer.accepts(email),
  })
  const send = defineTool({
    name: 'send_message',
    description: 'Send the message. The shop owner looks at it first.',
    effect: 'idempotent',
    approval: true,
    input: z.object({ to: z.email(), subject: z.string().min(1).max(120), text: z.string().min(1).max(2000) }),
    async run(message, { idempotencyKey }) {
      await mailer.send(message, idempotencyKey)
      return { sent: true }
    },
  })
  return defineAgent({
    name: 'cart-follow-up',
    description: 'Writes to a customer who has left a cart, when the shop owner approves.',
    instructions: INSTRUCTIONS,
    input: CART,
    tools: [mayWrite, send],
  })
}
