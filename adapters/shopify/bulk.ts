import * as z from 'zod'
import { WebHasher } from '#adapters/web/hasher.ts'
import type { JsonObject } from '#domain/json/json.ts'
import type { ShopifyAdmin, ShopifyRequest } from './admin.ts'
import { BULK_OPERATION_SCHEMA, type BulkOperation, resultsOf } from './bulk-operation.ts'
import { BULK_OPERATIONS, RUN_BULK_MUTATION, RUN_BULK_QUERY } from './documents.ts'
import { ShopifyError } from './errors.ts'
import { PAGE_INFO, USER_ERRORS, type UserErrors, parse, refuseUserErrors } from './parse.ts'
import { pause } from './pause.ts'
import { stageVariables } from './staged-upload.ts'

export interface BulkMutation {
  /**
   * Yours, 10 to 255 characters, another for every import. A second call with it goes on with the import that the first
   * has begun, also in another process after a crash. Shopify keeps one for 7 days.
   */
  readonly id: string
  /** One mutation with variables: `mutation ($product: ProductUpdateInput!) { productUpdate(product: $product) { … } }` */
  readonly mutation: string
  /** The variables of each call; at most 100 MB as JSON. */
  readonly variables: Iterable<JsonObject> | AsyncIterable<JsonObject>
}

const STARTED = z.object({ bulkOperation: BULK_OPERATION_SCHEMA.nullable(), userErrors: USER_ERRORS })
const QUERY_STARTED = z.object({ bulkOperationRunQuery: STARTED })
const MUTATION_STARTED = z.object({ bulkOperationRunMutation: STARTED })
const PAGE = z.object({ bulkOperations: z.object({ nodes: z.array(BULK_OPERATION_SCHEMA), pageInfo: PAGE_INFO }) })

/** Shopify's own limit (https://shopify.dev/docs/api/usage/bulk-operations/imports). */
const MOST_BYTES = 100_000_000
/** An app has five at once in a shop. */
const BUSY_MS = 10_000
const IS_BUSY = new Set(['LIMIT_REACHED', 'OPERATION_IN_PROGRESS'])
const PAGE_SIZE = 100
const MUTATION_HEAD = /^\s*mutation\b\s*[A-Za-z0-9_]*/

/**
 * Exports and imports that Shopify carries out by itself, for more products than single requests have points for. They take
 * minutes to hours: call them where that long is allowed, which a tool's time limit by default does not.
 */
export class ShopifyBulk {
  readonly #admin: ShopifyAdmin

  constructor(admin: ShopifyAdmin) {
    this.#admin = admin
  }

  /**
   * The objects that a query finds, one a line; those of nested connections have a `__parentId`. The query has no
   * variables, and at least one connection.
   * @throws {ShopifyError}
   */
  async *query(query: string, options: ShopifyRequest = {}): AsyncGenerator<JsonObject> {
    const operation = await this.#start(options, async () => {
      const answer = await this.#admin.request(RUN_BULK_QUERY, { query }, { ...options, repeatable: true })
      return parse(QUERY_STARTED, answer).bulkOperationRunQuery
    })
    yield* resultsOf(this.#admin, operation, options)
  }

  /**
   * Calls the mutation once for each set of variables.
   * @returns what each call gave, in Shopify's own form: `__lineNumber` counts from 0, and `data` holds the `userErrors`.
   * @throws {ShopifyError}
   */
  async *mutate(options: BulkMutation & ShopifyRequest): AsyncGenerator<JsonObject> {
    const mutation = await marked(options)
    const operation = (await this.#find(mutation, options)) ?? (await this.#import(mutation, options))
    yield* resultsOf(this.#admin, operation, options)
  }

  async #import(mutation: string, options: BulkMutation & ShopifyRequest): Promise<BulkOperation> {
    const path = await stageVariables(this.#admin, await jsonl(options.variables), options)
    const variables = { mutation, path, clientIdentifier: options.id }
    return this.#start(options, async () => {
      try {
        const answer = await this.#admin.request(RUN_BULK_MUTATION, variables, options)
        return parse(MUTATION_STARTED, answer).bulkOperationRunMutation
      } catch (error) {
        const begun = await this.#find(mutation, options)
        if (!begun) throw error
        return { bulkOperation: begun, userErrors: [] }
      }
    })
  }

  /** Waits until Shopify has room for one more. */
  async #start(
    { signal }: ShopifyRequest,
    run: () => Promise<{ bulkOperation: BulkOperation | null; userErrors: UserErrors }>,
  ): Promise<BulkOperation> {
    for (;;) {
      const { bulkOperation, userErrors } = await run()
      if (bulkOperation) return bulkOperation
      if (!userErrors.some(({ code }) => IS_BUSY.has(code ?? ''))) refuseUserErrors(userErrors)
      await pause(this.#admin.clock, BUSY_MS, signal)
    }
  }

  /** The one that was begun with this text, if Shopify still has it: its objects do not show our identifier. */
  async #find(mutation: string, { signal }: ShopifyRequest): Promise<BulkOperation | null> {
    let after: string | null = null
    do {
      const variables: JsonObject = { first: PAGE_SIZE, after, query: 'operation_type:mutation' }
      const { bulkOperations } = parse(
        PAGE,
        await this.#admin.request(BULK_OPERATIONS, variables, { ...(signal && { signal }) }),
      )
      const found = bulkOperations.nodes.find(({ query }) => query.includes(markOf(mutation)))
      if (found) return found
      after = bulkOperations.pageInfo.hasNextPage ? bulkOperations.pageInfo.endCursor : null
    } while (after !== null)
    return null
  }
}

/** The mutation under a name made of the caller's id, by which it is found again. */
async function marked({ id, mutation }: BulkMutation): Promise<string> {
  if (id.length < 10 || id.length > 255)
    throw new ShopifyError('invalid_request', 'The id of a bulk mutation must have 10 to 255 characters.')
  if (!MUTATION_HEAD.test(mutation))
    throw new ShopifyError('invalid_request', 'The text of a bulk mutation must begin with the word "mutation".')
  const digest = await new WebHasher().sha256(id)
  return mutation.replace(MUTATION_HEAD, `mutation Errand_${digest}`)
}

function markOf(mutation: string): string {
  return /Errand_[0-9a-f]+/.exec(mutation)?.[0] ?? mutation
}

async function jsonl(values: BulkMutation['variables']): Promise<Blob> {
  const lines: string[] = []
  for await (const value of values) lines.push(`${JSON.stringify(value)}\n`)
  const blob = new Blob(lines)
  if (blob.size <= MOST_BYTES) return blob
  throw new ShopifyError(
    'invalid_request',
    `The variables have ${String(blob.size)} bytes, and Shopify takes ${String(MOST_BYTES)}. Make several imports of them.`,
  )
}
