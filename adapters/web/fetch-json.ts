import type { PostJson } from './post-json.ts'
import { followRedirects } from './redirects.ts'
import { unpacked } from './unpacked.ts'

/** Over the platform's own `fetch`. */
export const postJson: PostJson = followRedirects(async (url, posted, sink) => {
  const headers = { ...posted.headers, 'accept-encoding': 'identity' }
  const answer = await fetch(url, { ...posted, headers, method: 'POST', redirect: 'manual', ...AS_IT_IS })
  const body = answer.body?.getReader()
  try {
    sink.begin({ status: answer.status, headers: Object.fromEntries(answer.headers) })
    if (!body) return
    const reader = await unpacked(body, answer.headers.get('content-encoding') ?? '')
    for (let next = await reader.read(); next.value && sink.take(next.value); next = await reader.read());
  } finally {
    // A provider may hold the connection open after its answer. Waiting for it to close, or whether it broke, is of no use.
    body?.cancel().catch(() => undefined)
  }
})

/** On Workers, the bytes as the server has sent them. Their own unpacking fails where a server names a coding that it has not applied. */
const AS_IT_IS: object = { encodeResponseBody: 'manual' }
