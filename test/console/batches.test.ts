import * as z from 'zod'
import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { Models } from '#ports/model.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

const writer = defineAgent({ name: 'writer', instructions: '', input: z.object({ sku: z.string() }) })

const pay = counter('pay', { effect: 'once', approval: true })
const payer = defineAgent({ name: 'payer', instructions: '', tools: [pay.tool] })

/** Fails for inputs that ask for it; else says what only a spreadsheet or a browser would take for more than text. */
const MODEL: Models = {
  check: () => undefined,
  call: ({ messages }) => {
    if (JSON.stringify(messages).includes('broken')) throw new ModelError(HOSTILE, { retryable: false })
    if (JSON.stringify(messages).includes('long'))
      return Promise.resolve({ ...answer('A linen apron is'), finishReason: 'length' })
    return Promise.resolve(answer('=SUM(1, "2")'))
  },
}

async function scene(...skus: readonly string[]) {
  const { app, browser, signedIn } = consoleScene([writer], MODEL)
  const items = skus.map((sku) => ({ key: sku, input: { sku } }))
  const made = await app.post('/batches', {
    agent: 'writer',
    name: HOSTILE.slice(0, 60),
    ...(items.length > 0 && { items }),
  })
  const { id } = (await made.json()) as { id: string }
  const workOff = async (): Promise<void> => {
    await app.batches.rest()
    const listed = await app.http.request(`/batches/${id}/items?status=running`)
    for (const { jobId } of ((await listed.json()) as { items: { jobId: string }[] }).items) await app.execute(jobId)
    await app.batches.rest()
    await app.batches.wake(id)
  }
  return { app, browser, signedIn, id, workOff }
}

test('a finished batch shows its items by status, why some failed, and offers to retry those alone', async () => {
  const { browser, id, workOff } = await scene('a', 'broken')
  await workOff()
  const list = await browser().get('/console/batches')
  expect(list.html).toContain(`/console/batches/${id}`)
  const page = await browser().get(`/console/batches/${id}`)
  for (const said of ['Items: failed', 'model_failed', 'Retry 1 failed', '2 of 2']) expect(page.html).toContain(said)
  expect(page.html).not.toContain('data-refresh')
  for (const { html } of [list, page]) expectHarmless(html)
  const other = await browser().get(`/console/batches/${id}?status=completed`)
  expect(other.html).not.toContain('model_failed')
})

test('the button counts what a retry can change, and the page says what to do about refused lines', async () => {
  const { app, browser, id, workOff } = await scene()
  const page = async () => (await browser().get(`/console/batches/${id}`)).html.replaceAll(/\s+/g, ' ')
  const upload = (from: number, body: string) =>
    app.http.request(`/batches/${id}/items?from=${String(from)}`, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/x-ndjson' },
    })
  await upload(0, 'no JSON\n{"input": {"sku": "broken"}}\n')
  await app.post(`/batches/${id}/close`, '')
  await workOff()
  expect(await page()).toContain('Retry 1 failed')
  expect(await page()).toContain('1 of 2 failed items cannot be retried: their lines are the problem.')
})

test('a batch of which only lines were refused offers no retry', async () => {
  const { app, browser, workOff } = await scene()
  const made = await app.post('/batches', { agent: 'writer', items: [{ input: { no: 'sku' } }] })
  const { id } = (await made.json()) as { id: string }
  await workOff()
  await app.batches.wake(id)
  const { html } = await browser().get(`/console/batches/${id}`)
  expect(html).toContain('1 of 1 failed items cannot be retried')
  expect(html).toContain(`/console/batches/${id}/results.ndjson?status=failed`)
  expect(html).not.toContain('retry-failed')
})

test('a batch under way says how many of its items wait, and leads to them', async () => {
  const { app, browser } = consoleScene([payer], new ListedModel(asks({ id: 'a', name: 'pay' })))
  const made = await app.post('/batches', { agent: 'payer', items: [{ input: 1 }] })
  const { id } = (await made.json()) as { id: string }
  await app.batches.rest()
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: { id: string }[] }
  await app.execute(jobs[0]?.id ?? '')
  const { html } = await browser().get(`/console/batches/${id}`)
  expect(html).toContain(`/console/jobs?batch=${id}&amp;status=waiting">1 running item waits</a>`)
  expect(html).toMatch(/role="progressbar"[^>]*aria-valuemax="1"\s+aria-valuenow="0"/)
  const job = await browser().get(`/console/jobs/${jobs[0]?.id ?? ''}`)
  expect(job.html).toContain(`<a href="/console/batches/${id}">${id}</a>`)
})

test('a batch says how many of its answers were cut off, and leads to them', async () => {
  const { browser, id, workOff } = await scene('a', 'long')
  await workOff()
  const address = `/console/jobs?batch=${id}&stop_reason=early`
  const page = await browser().get(`/console/batches/${id}`)
  expect(page.html).toContain(`${address.replace('&', '&amp;')}">1 of 2 completed items</a>`)
  expect(page.html).toContain('cut off at its limit of tokens')
  const { html } = await browser().get(address)
  expect(html).toContain('cut off at its limit of tokens')
  expect(html.match(/<bdi>job_/g)).toHaveLength(1)
})

test('it is paused and goes on by forms, which other sites cannot send', async () => {
  const { browser, id, app } = await scene()
  const path = `/console/batches/${id}`
  expect((await browser().post(`${path}/pause`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  const statusOf = async () => ((await (await app.http.request(`/batches/${id}`)).json()) as { status: string }).status
  expect(await statusOf()).toBe('open')
  expect(await browser().post(`${path}/pause`)).toMatchObject({ status: 303, to: path })
  expect(await statusOf()).toBe('paused')
  expect((await browser().get(path)).html).toContain('Resume')
  await browser().post(`${path}/resume`)
  expect(await statusOf()).toBe('open')
})

test('results are downloaded as lines and as a table whose cells are no formulas', async () => {
  const { browser, id, workOff } = await scene('a', 'broken')
  await workOff()
  const path = `/console/batches/${id}/results`
  const lines = await browser().get(`${path}.ndjson?status=completed`)
  expect(JSON.parse(lines.html)).toMatchObject({ key: 'a', output: '=SUM(1, "2")' })
  const rows = await browser().get(`${path}.csv`)
  expect(rows.headers.get('content-disposition')).toBe(`attachment; filename="${id}.csv"`)
  const [head, first, second] = rows.html.split('\r\n')
  expect(head).toBe(
    'line,key,status,job,output,error code,error,input tokens,output tokens,cost in micro-dollars,stop reason',
  )
  expect(first).toMatch(/^1,a,completed,job_\w+,"'=SUM\(1, ""2""\)",,,\d+,\d+,70,finished$/)
  expect(second).toMatch(/^2,broken,failed,/)
})

test('what a key may not do is not offered', async () => {
  const { app, signedIn } = await scene()
  const made = await app.post(
    '/batches',
    { agent: 'writer' },
    { authorization: `Bearer ${await app.key('acme')}`, 'content-type': 'application/json' },
  )
  const { id } = (await made.json()) as { id: string }
  const reader = (await (await signedIn('acme', ['read'])).get(`/console/batches/${id}`)).html
  for (const label of ['Pause', 'Cancel', 'No more items']) expect(reader).not.toContain(`>${label}<`)
  const canceler = (await (await signedIn('acme', ['read', 'cancel'])).get(`/console/batches/${id}`)).html
  expect(canceler).toContain('>Pause<')
  expect((await (await signedIn('globex')).get(`/console/batches/${id}`)).status).toBe(404)
})
