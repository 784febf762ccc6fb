import { brokenOff } from './cut.ts'
import { notErrand } from './errand-error.ts'
import type { StreamFormat } from './transport.ts'

/** JSON values, one a line, chunk by chunk as they come. */
export function ndjson<T>(): StreamFormat<readonly T[]> {
  return { type: 'application/x-ndjson', read: (body) => valuesIn<T>(body) }
}

/** @throws {ErrandError} where the last line has no end: then something on the way has cut it off. */
async function* valuesIn<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<readonly T[]> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let partial = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      const [first = '', ...rest] = decoder.decode(value, { stream: true }).split('\n')
      const last = rest.pop()
      if (last === undefined) partial += first
      else {
        const whole = [partial + first, ...rest]
        partial = last
        yield whole.map((line) => parsed(line) as T)
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
  if (partial !== '') throw brokenOff('answer')
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    throw notErrand(200)
  }
}
