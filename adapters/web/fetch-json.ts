import type { AnswerSink, PostJson } from './post-json.ts'
import { followRedirects } from './redirects.ts'

/** Over the platform's own `fetch`. */
export const postJson: PostJson = followRedirects(async (url, { headers, body, signal }, sink) => {
  const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
  const reader = answer.body?.getReader()
  try {
    sink.begin({ status: answer.status, headers: Object.fromEntries(answer.headers) })
    if (reader) await passOn(reader, sink)
  } finally {
    // A provider may hold the connection open after its answer. Waiting for it to close, or whether it broke, is of no use.
    reader?.cancel().catch(() => undefined)
  }
})

type Reader = Pick<ReadableStreamDefaultReader<Uint8Array>, 'read'>

/** Some servers compress their answers and do not say so, so that `fetch` leaves them as they are. */
async function passOn(reader: Reader, sink: AnswerSink, { mayBeZipped = true } = {}): Promise<void> {
  let next = await reader.read()
  if (mayBeZipped && next.value?.[0] === 0x1f && next.value[1] === 0x8b) {
    await passOn(unzipped(next.value, reader), sink, { mayBeZipped: false })
    return
  }
  for (; next.value && sink.take(next.value); next = await reader.read());
}

function unzipped(beginning: Uint8Array, rest: Reader): Reader {
  const zipped = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(beginning)
    },
    async pull(controller) {
      const { value } = await rest.read()
      if (value) controller.enqueue(value)
      else controller.close()
    },
  })
  const gzip = new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>
  return zipped.pipeThrough(gzip).getReader()
}
