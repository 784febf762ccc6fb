import type { AgentName, AnyAgents, BatchFor, HasAgents, ItemFor, ResultFor } from './agents-of.ts'
import type { CallOptions } from './call-options.ts'
import { brokenOff, isCut } from './cut.ts'
import { ndjson } from './line-stream.ts'
import { SERVER_SENT_EVENTS } from './message-stream.ts'
import { searchOf } from './search.ts'
import type { Transport } from './transport.ts'
import type {
  Batch,
  BatchDelivery,
  BatchDeliveryLog,
  BatchItem,
  BatchItemPage,
  BatchItemQuery,
  BatchItemStatus,
  BatchPage,
  BatchQuery,
} from './types.ts'
import { type UploadOptions, type Uploaded, upload } from './upload.ts'
import type { UploadSource } from './upload-pieces.ts'

export interface ResultOptions extends CallOptions {
  readonly status?: BatchItemStatus | undefined
  /** Only lines after this one. */
  readonly after?: number | undefined
}

/** The batches of a server: `client.batches`. Every method rejects with an `ErrandError`. */
export class BatchClient<Config extends HasAgents = AnyAgents> {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** An open batch; with `items`, a closed one. However often the request has to be repeated, there is one. */
  create<Name extends AgentName<Config>>(
    request: BatchFor<Config, Name>,
    { idempotencyKey, signal }: CallOptions & { readonly idempotencyKey?: string | undefined } = {},
  ): Promise<Batch> {
    const headers = { 'idempotency-key': `"${idempotencyKey ?? crypto.randomUUID()}"` }
    return this.#transport.json(
      { method: 'POST', path: '/batches', body: request, headers, signal, repeatable: true },
      'id',
    )
  }

  /**
   * Adds items, or lines of NDJSON: an array, an iterable, a stream, a file. A piece that was cut off is sent again.
   * After the death of this program, call it again with the same source: it passes over the lines that the batch has.
   */
  upload<Name extends AgentName<Config>>(
    id: string,
    source: UploadSource<ItemFor<Config, Name>>,
    options: UploadOptions = {},
  ): Promise<Uploaded> {
    return upload(this.#transport, { ...options, path: pathOf(id), source })
  }

  /** No more items. */
  close(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#post(id, 'close', options)
  }

  get(id: string, { signal }: CallOptions = {}): Promise<Batch> {
    return this.#transport.json({ method: 'GET', path: pathOf(id), signal, repeatable: true }, 'id')
  }

  /** Every batch, newest first, a page at a time. */
  async *list(options: CallOptions & { readonly pageSize?: number } = {}): AsyncGenerator<Batch> {
    let token: string | undefined
    do {
      const page: BatchPage = await this.page({ page_size: options.pageSize, page_token: token }, options)
      yield* page.batches
      token = page.next_page_token
    } while (token !== undefined)
  }

  page(query: BatchQuery = {}, { signal }: CallOptions = {}): Promise<BatchPage> {
    return this.#transport.json(
      { method: 'GET', path: `/batches${searchOf(query)}`, signal, repeatable: true },
      'batches',
    )
  }

  itemPage(id: string, query: BatchItemQuery = {}, { signal }: CallOptions = {}): Promise<BatchItemPage> {
    return this.#transport.json(
      {
        method: 'GET',
        path: `${pathOf(id)}/items${searchOf(query)}`,
        signal,
        repeatable: true,
      },
      'items',
    )
  }

  /** Every item, in the order of the lines, a page at a time. */
  async *items(
    id: string,
    { status, after, pageSize, signal }: ResultOptions & { readonly pageSize?: number } = {},
  ): AsyncGenerator<BatchItem> {
    let token = after === undefined ? undefined : String(after)
    do {
      const page = await this.itemPage(id, { status, page_size: pageSize, page_token: token }, { signal })
      yield* page.items
      token = page.next_page_token
    } while (token !== undefined)
  }

  /**
   * What has become of each item, in the order of the lines, over as many connections as it takes. With the name of the
   * batch's agent, as in `results<'copywriter'>(id)`, the outputs have its type; it is not checked.
   */
  async *results<Name extends AgentName<Config>>(
    id: string,
    { status, after = 0, signal }: ResultOptions = {},
  ): AsyncGenerator<ResultFor<Config, Name>> {
    const retry = this.#transport.retryPolicy()
    for (let seen = after; ;) {
      const path = `${pathOf(id)}/results${searchOf({ status, after: seen })}`
      const call = { method: 'GET', path, signal, repeatable: true, retry } as const
      const stream = await this.#transport.stream(call, ndjson<ResultFor<Config, Name>>())
      try {
        for await (const results of stream) {
          retry.renew()
          for (const result of results) {
            yield result
            seen = result.line
          }
        }
        return
      } catch (error) {
        if (!isCut(error, signal)) throw error
      }
      await this.#transport.persist(retry, brokenOff('stream of results'), signal)
    }
  }

  /** The batch whenever it has changed, at most once a second, until it is finished; over broken connections too. */
  async *events(id: string, { signal }: CallOptions = {}): AsyncGenerator<Batch> {
    const retry = this.#transport.retryPolicy()
    for (;;) {
      const call = { method: 'GET', path: `${pathOf(id)}/events`, signal, repeatable: true, retry } as const
      const stream = await this.#transport.stream(call, SERVER_SENT_EVENTS)
      try {
        for await (const messages of stream) {
          retry.renew()
          for (const { data } of messages) {
            const batch = data as Batch
            yield batch
            if (batch.finishedAt !== null) return
          }
        }
      } catch (error) {
        if (!isCut(error, signal)) throw error
      }
      await this.#transport.persist(retry, brokenOff('stream of events'), signal)
    }
  }

  /** No more items become jobs; those that are jobs go on. */
  pause(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#post(id, 'pause', options)
  }

  resume(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#post(id, 'resume', options)
  }

  /** Its jobs are canceled, and no other item becomes a job. */
  cancel(id: string, options: CallOptions = {}): Promise<Batch> {
    return this.#post(id, 'cancel', options)
  }

  /** Failed items of a finished batch become new jobs. Not repeated by itself: a repeat could be another retry. */
  retryFailed(id: string, { signal }: CallOptions = {}): Promise<Batch> {
    return this.#transport.json({ method: 'POST', path: `${pathOf(id)}/retry-failed`, signal, repeatable: false }, 'id')
  }

  /** The messages to its callback, oldest first. */
  async deliveries(id: string, { signal }: CallOptions = {}): Promise<readonly BatchDelivery[]> {
    const call = { method: 'GET', path: `${pathOf(id)}/deliveries`, signal, repeatable: true } as const
    return (await this.#transport.json<BatchDeliveryLog>(call, 'deliveries')).deliveries
  }

  /** Sends a message again. Not repeated by itself: a repeat could be another message. */
  async redeliver(
    delivery: { readonly batchId: string; readonly id: string },
    { signal }: CallOptions = {},
  ): Promise<void> {
    const path = `${pathOf(delivery.batchId)}/deliveries/${encodeURIComponent(delivery.id)}/redeliver`
    await this.#transport.json<BatchDeliveryLog>({ method: 'POST', path, signal, repeatable: false }, 'deliveries')
  }

  #post(id: string, action: string, { signal }: CallOptions): Promise<Batch> {
    return this.#transport.json({ method: 'POST', path: `${pathOf(id)}/${action}`, signal, repeatable: true }, 'id')
  }
}

function pathOf(id: string): string {
  return `/batches/${encodeURIComponent(id)}`
}
