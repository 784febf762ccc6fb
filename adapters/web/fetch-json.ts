import type { PostJson } from './post-json.ts'
import { followRedirects } from './redirects.ts'

/** Over the platform's own `fetch`. */
export const postJson: PostJson = followRedirects(async (url, { headers, body, signal }, sink) => {
  const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
  const reader = answer.body?.getReader()
  try {
    sink.begin({ status: answer.status, headers: Object.fromEntries(answer.headers) })
    for (let next = await reader?.read(); next?.value && sink.take(next.value); next = await reader?.read());
  } finally {
    // A provider may hold the connection open after its answer. Waiting for it to close, or whether it broke, is of no use.
    reader?.cancel().catch(() => undefined)
  }
})
