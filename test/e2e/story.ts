import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { eventually } from '#test/support/eventually.ts'

export interface JobBody {
  readonly id: string
  readonly status: string
  readonly attempt: number
  readonly report?: {
    readonly output: string
    readonly iterations: number
    readonly toolCalls: readonly { readonly name: string }[]
  }
}

export async function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

export async function submitCopy(base: string, product: string): Promise<JobBody> {
  const response = await postJson(`${base}/jobs`, { agent: 'draft-writer', input: { product } })
  strictEqual(response.status, 202)
  return (await response.json()) as JobBody
}

/** Polls, as a client does. */
export async function finished(base: string, jobId: string): Promise<JobBody> {
  return eventually(async () => {
    const job = (await (await fetch(`${base}/jobs/${jobId}`)).json()) as JobBody
    ok(['completed', 'failed', 'canceled'].includes(job.status), `The job is ${job.status}.`)
    return job
  })
}

/** What the README shows a newcomer, with the offline demo model; the same on every runtime. */
export async function newcomerStory(base: string, runtime: string): Promise<void> {
  deepStrictEqual(await (await fetch(`${base}/healthz`)).json(), { status: 'ok', runtime })
  deepStrictEqual(await (await fetch(`${base}/readyz`)).json(), { status: 'ready' })

  const run = await postJson(`${base}/run`, { agent: 'draft-writer', input: { product: 'linen-apron' } })
  strictEqual(run.status, 200)
  match(((await run.json()) as { output: string }).output, /offline demo model/)

  const job = await submitCopy(base, 'enamel-mug')
  match(job.id, /^job_[0-9A-Z]{26}$/)
  const done = await finished(base, job.id)
  strictEqual(done.status, 'completed')
  deepStrictEqual(
    done.report?.toolCalls.map(({ name }) => name),
    ['read_product', 'save_draft', 'save_draft'],
  )

  const product = (await (await fetch(`${base}/products/enamel-mug`)).json()) as {
    drafts: { language: string; text: string }[]
  }
  deepStrictEqual(product.drafts.map(({ language }) => language).sort(), ['en', 'sv'])
  for (const { text } of product.drafts) match(text, /offline demo model/)

  const watched = await submitCopy(base, 'wool-blanket')
  const events = await (await fetch(`${base}/jobs/${watched.id}/events`)).text()
  match(events, /^id: 1\nevent: job.submitted\n/)
  match(events, /event: job.completed\n[^\n]*\n\n$/)
  strictEqual((await fetch(`${base}/jobs/${watched.id}/events?after=999`)).status, 200)

  const accept = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const body = JSON.stringify({ agent: 'draft-writer', input: { product: 'linen-apron' } })
  const streamed = await (await fetch(`${base}/run`, { method: 'POST', headers: accept, body })).text()
  match(streamed, /^event: model_call.started\n[^]*event: text\ndata: \{"text":"[^]*event: report\n[^\n]*\n\n$/)

  const refused = await postJson(`${base}/jobs`, { agent: 'nobody', input: 1 })
  strictEqual(refused.status, 404)
  strictEqual(refused.headers.get('content-type'), 'application/problem+json')
}
