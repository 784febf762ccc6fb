import type { ReadItems } from '#application/batch/read-items.ts'
import type { ItemStatus } from '#domain/batch/item.ts'
import { resultView } from '../../wire/batch-views.ts'

/**
 * Results of a page, unless they are large. On Workers a page is one call of an object, and so 150 000 results stay
 * below the 10 000 calls of a request (https://developers.cloudflare.com/workers/platform/limits/).
 */
const PAGE = 20

export interface ResultsStreamQuery {
  readonly tenantId: string
  readonly batchId: string
  readonly status?: ItemStatus | undefined
  readonly after: number
}

/**
 * The results as NDJSON, read page by page as fast as the caller reads.
 * @throws {BatchNotFoundError} before the stream begins.
 */
export async function resultStream(
  readItems: Pick<ReadItems, 'results'>,
  query: ResultsStreamQuery,
): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder()
  let page = await readItems.results({ ...query, size: PAGE })
  let isFirst = true
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (!isFirst && page.next !== null) page = await readItems.results({ ...query, after: page.next, size: PAGE })
        isFirst = false
        const text = page.results.map((result) => `${JSON.stringify(resultView(result))}\n`).join('')
        if (text !== '') controller.enqueue(encoder.encode(text))
        if (page.next === null) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
