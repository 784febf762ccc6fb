import type { JsonObject } from '#domain/json/json.ts'
import { ShopifyError } from './errors.ts'

/** The values of a JSONL file as they come: memory is that of the longest line. @throws {ShopifyError} where it breaks off. */
export async function* jsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator<JsonObject> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let partial: string[] = []
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const pieces = decoder.decode(next.value, { stream: true }).split('\n')
      const last = pieces.pop() ?? ''
      for (const piece of pieces) {
        yield* valueOf(partial.join('') + piece)
        partial = []
      }
      partial.push(last)
    }
  } catch (cause) {
    throw cause instanceof ShopifyError ? cause : brokenOff(cause)
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  yield* valueOf(partial.join('') + decoder.decode())
}

function* valueOf(line: string): Generator<JsonObject> {
  if (line.trim() === '') return
  try {
    yield JSON.parse(line) as JsonObject
  } catch (cause) {
    throw brokenOff(cause)
  }
}

function brokenOff(cause: unknown): ShopifyError {
  return new ShopifyError('unavailable', 'The file of a bulk operation broke off. Read it again.', { cause })
}
