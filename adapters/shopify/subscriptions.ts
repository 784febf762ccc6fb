import * as z from 'zod'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { SUBSCRIBE, SUBSCRIPTIONS } from './documents.ts'
import { PAGE_INFO, USER_ERRORS, parse, refuseUserErrors } from './parse.ts'

export interface WantedSubscriptions {
  /** Where Shopify delivers: `https://errand.example.com/webhooks/shopify`. */
  readonly uri: string
  /** As Shopify's webhooks name them, such as `products/update`. */
  readonly topics: readonly string[]
}

const PAGE = z.object({
  webhookSubscriptions: z.object({
    nodes: z.array(z.object({ id: z.string(), topic: z.string(), uri: z.string() })),
    pageInfo: PAGE_INFO,
  }),
})
const CREATED = z.object({ webhookSubscriptionCreate: z.object({ userErrors: USER_ERRORS }) })

const PAGE_SIZE = 100

/**
 * Where Shopify sends webhooks. Shopify deletes a subscription whose deliveries failed eight times in a row within four
 * hours, and says so by mail alone (https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks).
 */
export class ShopifySubscriptions {
  readonly #admin: ShopifyAdmin

  constructor(admin: ShopifyAdmin) {
    this.#admin = admin
  }

  /**
   * Makes those that are not there. Harmless to repeat.
   * @returns the topics that were missing: what happened meanwhile was not delivered.
   * @throws {ShopifyError}
   */
  async ensure({ uri, topics }: WantedSubscriptions, options: ShopifyRequest = {}): Promise<readonly string[]> {
    const present = await this.#topicsAt(uri, options)
    const missing = topics.filter((topic) => !present.has(enumOf(topic)))
    for (const topic of missing) {
      const variables = { topic: enumOf(topic), subscription: { uri, format: 'JSON' } }
      const answer = await this.#admin.request(SUBSCRIBE, variables, options)
      refuseUserErrors(parse(CREATED, answer).webhookSubscriptionCreate.userErrors)
    }
    return missing
  }

  async #topicsAt(uri: string, options: ShopifyRequest): Promise<ReadonlySet<string>> {
    const topics = new Set<string>()
    let after: string | null = null
    do {
      const answer = await this.#admin.request(SUBSCRIPTIONS, { first: PAGE_SIZE, after, uri }, options)
      const { nodes, pageInfo } = parse(PAGE, answer).webhookSubscriptions
      for (const { topic } of nodes) topics.add(topic)
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    return topics
  }
}

/** `products/update` is `PRODUCTS_UPDATE` in the API. */
function enumOf(topic: string): string {
  return topic.replaceAll('/', '_').toUpperCase()
}
