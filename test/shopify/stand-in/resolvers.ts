import type { BulkRuns } from './bulk-runs.ts'
import { type ShopState, type StoredProduct, digestOf } from './shop.ts'

interface UpdateInput {
  readonly id: string
  readonly title?: string
  readonly descriptionHtml?: string
  readonly seo?: { readonly title?: string; readonly description?: string }
}

interface TranslationInput {
  readonly key: string
  readonly locale: string
  readonly value: string
  readonly translatableContentDigest: string
}

const ONE_PAGE = { hasNextPage: false, endCursor: null }

/** The root fields that we use, over the state of a shop. What is selected of their results, the schema says. */
export function resolversOf(state: ShopState, bulk: BulkRuns) {
  return { ...queriesOf(state, bulk), ...mutationsOf(state, bulk) }
}

function queriesOf(state: ShopState, bulk: BulkRuns) {
  const all = (): StoredProduct[] => [...state.products.values()]
  return {
    productByIdentifier: ({ identifier }: { identifier: { id?: string; handle?: string } }) => {
      const found = all().find(({ id, handle }) => id === identifier.id || handle === identifier.handle)
      return found ? shown(found) : null
    },
    products: ({ first = Infinity, after, query }: { first?: number; after?: string | null; query?: string }) => {
      const since = /updated_at:>='([^']+)'/.exec(query ?? '')?.[1] ?? ''
      const wanted = all().filter(({ updatedAt }) => updatedAt >= since)
      const begin = after ? wanted.findIndex(({ id }) => id === after) + 1 : 0
      const nodes = wanted.slice(begin, begin + first)
      const pageInfo = { hasNextPage: begin + first < wanted.length, endCursor: nodes.at(-1)?.id ?? null }
      return { nodes: nodes.map(shown), pageInfo }
    },
    orders: ({ first = Infinity, after, query }: { first?: number; after?: string | null; query?: string }) => {
      const since = /updated_at:>='([^']+)'/.exec(query ?? '')?.[1] ?? ''
      const wanted = state.orders.filter(({ updatedAt }) => updatedAt >= since)
      const begin = after ? wanted.findIndex(({ id }) => id === after) + 1 : 0
      const nodes = wanted.slice(begin, begin + first)
      return { nodes, pageInfo: { hasNextPage: begin + first < wanted.length, endCursor: nodes.at(-1)?.id ?? null } }
    },
    shopLocales: state.locales,
    translatableResource: ({ resourceId }: { resourceId: string }) =>
      state.products.has(resourceId)
        ? {
            resourceId,
            translatableContent: state.contentOf(resourceId),
            translations: ({ locale }: { locale: string }) => state.translationsOf(resourceId, locale),
          }
        : null,
    bulkOperation: ({ id }: { id: string }) => bulk.look(id),
    bulkOperations: () => ({ nodes: bulk.all(), pageInfo: ONE_PAGE }),
    webhookSubscriptions: ({ uri }: { uri?: string }) => ({
      nodes: state.subscriptions.filter((subscription) => subscription.uri === uri),
      pageInfo: ONE_PAGE,
    }),
  }
}

function mutationsOf(state: ShopState, bulk: BulkRuns) {
  return {
    productUpdate: ({ product: input }: { product: UpdateInput }) => {
      state.carriedOut.push('productUpdate')
      const product = state.products.get(input.id)
      if (!product) return { product: null, userErrors: [{ field: ['id'], message: 'Product does not exist' }] }
      product.title = input.title ?? product.title
      if (input.descriptionHtml !== undefined) product.descriptionHtml = state.cleanUp(input.descriptionHtml)
      product.seo = { ...product.seo, ...input.seo }
      return { product: shown(product), userErrors: [] }
    },
    translationsRegister: ({ resourceId, translations }: { resourceId: string; translations: TranslationInput[] }) => {
      state.carriedOut.push('translationsRegister')
      const userErrors = translations.flatMap(({ translatableContentDigest: digest, ...translation }) =>
        state.register(resourceId, { ...translation, digest }),
      )
      const stored = translations.map((one) => ({ ...one, value: state.cleanUp(one.value) }))
      return { translations: userErrors.length > 0 ? null : stored, userErrors }
    },
    translationsRemove: ({
      resourceId,
      translationKeys,
      locales,
    }: Record<'translationKeys' | 'locales', string[]> & { resourceId: string }) => {
      state.carriedOut.push('translationsRemove')
      const rest = (state.translations.get(resourceId) ?? []).filter(
        ({ key, locale }) => !translationKeys.includes(key) || !locales.includes(locale),
      )
      state.translations.set(resourceId, rest)
      return { translations: [], userErrors: [] }
    },
    webhookSubscriptionCreate: ({
      topic,
      webhookSubscription,
    }: {
      topic: string
      webhookSubscription: { uri: string }
    }) => {
      const subscription = {
        id: `gid://shopify/WebhookSubscription/${digestOf(topic)}`,
        topic,
        uri: webhookSubscription.uri,
      }
      state.subscriptions.push(subscription)
      return { webhookSubscription: subscription, userErrors: [] }
    },
    stagedUploadsCreate: () => ({ stagedTargets: [bulk.stage()], userErrors: [] }),
    bulkOperationRunQuery: ({ query }: { query: string }) => bulk.run({ type: 'QUERY', query }),
    bulkOperationRunMutation: ({ mutation, stagedUploadPath }: { mutation: string; stagedUploadPath: string }) =>
      bulk.run({ type: 'MUTATION', query: mutation, path: stagedUploadPath }),
  }
}

function shown(product: StoredProduct) {
  const variant = {
    id: `${product.id}/1`,
    title: 'Default Title',
    sku: `SKU-${product.handle}`,
    barcode: null,
    price: '349.00',
  }
  return {
    ...product,
    vendor: 'Lin & Co',
    productType: 'Apron',
    tags: ['linen'],
    status: 'ACTIVE',
    variantsCount: { count: 1 },
    variants: { nodes: [variant] },
  }
}
