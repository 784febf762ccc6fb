import type { CallbackSender } from '#ports/callback-sender.ts'
import type { ProductCatalog } from '#ports/product-catalog.ts'

export const noCallbacks: CallbackSender = {
  problemWith: () => null,
  send: () => Promise.resolve({ kind: 'answered', status: 204 }),
}

export const noCatalog: ProductCatalog = {
  list: () => Promise.resolve([]),
  find: () => Promise.resolve(null),
  saveDraft: () => Promise.resolve(),
  drafts: () => Promise.resolve([]),
}
