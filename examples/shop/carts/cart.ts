import * as z from 'zod'

/** What the follow-up of an abandoned cart is made of. */
export const CART = z.object({
  email: z.email(),
  language: z.enum(['sv', 'en']),
  /** What lies in it. */
  items: z.array(z.object({ title: z.string(), quantity: z.number() })).min(1),
  /** Where the customer finds it again. */
  url: z.url(),
})

export type Cart = z.infer<typeof CART>
