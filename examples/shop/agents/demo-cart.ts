import { type DemoTurn, calls, says } from 'errand'
import { CART } from '../carts/cart.ts'
import { NOTICE } from './demo-notice.ts'

/** Asks, and writes where it may. */
export function cartDemo({ input, results }: DemoTurn) {
  const cart = CART.parse(input)
  const allowed = results.find(({ name }) => name === 'may_write_to')
  if (!allowed) return calls([{ name: 'may_write_to', input: { email: cart.email } }])
  if (allowed.output !== true) return says(`${NOTICE} Nothing was sent: the address may not be written to.`)
  const sent = results.find(({ name }) => name === 'send_message')
  if (sent) return says(`${NOTICE} ${sent.isError ? 'The message was not sent.' : 'The message was sent.'}`)
  const items = cart.items.map(({ title, quantity }) => `${String(quantity)} × ${title}`).join(', ')
  const words =
    cart.language === 'sv'
      ? { subject: 'Din varukorg väntar', text: `I din varukorg ligger ${items}. Du hittar den här: ${cart.url}` }
      : { subject: 'Your cart is waiting', text: `In your cart: ${items}. You find it here: ${cart.url}` }
  return calls([
    { name: 'send_message', input: { to: cart.email, subject: words.subject, text: `${NOTICE} ${words.text}` } },
  ])
}
