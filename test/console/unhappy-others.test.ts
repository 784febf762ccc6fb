import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { ListedModel } from '#test/support/script.ts'
import { event, openWebhook } from '#test/support/webhook-scene.ts'
import { consoleScene } from './console-scene.ts'

// What goes wrong and is not a job. A job that this server cannot read: test/cloudflare/newer-journal.test.ts.

const writer = defineAgent({ name: 'writer', instructions: '' })

function expectSaid(html: string, ...said: readonly string[]): void {
  for (const words of said) expect(html).toContain(words)
}

async function upload(lines: string, fields: object = {}) {
  const failing = new ListedModel(...Array.from({ length: 9 }, () => new ModelError('It broke.', { retryable: false })))
  const { app, browser } = consoleScene([writer], failing)
  const { id } = (await (await app.post('/batches', { agent: 'writer', ...fields })).json()) as { id: string }
  const headers = { 'content-type': 'application/x-ndjson' }
  await app.http.request(`/batches/${id}/items?from=0`, { method: 'PUT', body: lines, headers })
  await app.post(`/batches/${id}/close`, '')
  await app.batches.rest()
  return { app, id, page: () => browser().get(`/console/batches/${id}`) }
}

test('a line of a batch that failed before it became a job says why, and what to do', async () => {
  const { page } = await upload('{"input": 1, "key": "a"}\nnonsense\n{"input": 2, "key": "a"}\n')
  const { html } = await page()
  expectSaid(html, 'Items: failed', 'The line is not JSON', '/errors/malformed_json', 'Send JSON in UTF-8')
  expectSaid(html, '/errors/duplicate_key', 'Give each item a key of its own')
})

test('a batch that stopped says why, and how it goes on', async () => {
  const { app, id, page } = await upload('nonsense\n{"input": 1}\n', { stopOnFailures: { count: 1 } })
  await app.batches.wake(id)
  expectSaid((await page()).html, 'It stopped: 1 of its items failed', 'not tried yet')
})

test('an event whose handler fails says why, and what to do', async () => {
  const handle = () => {
    throw new Error('The order has no lines.')
  }
  const { app, browser } = consoleScene([writer], new ListedModel(), { webhooks: [openWebhook({ handle })] })
  await app.post('/webhooks/shop', event({ topic: 'orders' }))
  const listed = (await (await app.http.request('/webhooks/shop/events')).json()) as { events: { id: string }[] }
  const { html } = await browser().get(`/console/webhooks/shop/${listed.events[0]?.id ?? ''}`)
  expectSaid(
    html,
    'The handler failed: ',
    'The order has no lines.',
    'Mend the handler',
    '/errors/webhook_handler_failed',
  )
})

test('a schedule that paused itself says why, and how it goes on', async () => {
  const failing = new ListedModel(new ModelError('It broke.', { retryable: false }))
  const { app, browser } = consoleScene([writer], failing)
  const body = { agent: 'writer', input: 1, when: { everySeconds: 900 }, pauseAfterFailures: 1 }
  const headers = { 'content-type': 'application/json' }
  await app.http.request('/schedules/a', { method: 'PUT', body: JSON.stringify(body), headers })
  await app.post('/schedules/a/run', '')
  await app.wakeSchedule(DEFAULT_TENANT, 'a')
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: { id: string }[] }
  await app.execute(jobs[0]?.id ?? '')
  await app.clock.advance(900_000)
  await app.wakeSchedule(DEFAULT_TENANT, 'a')
  expectSaid((await browser().get('/console/schedules/a')).html, 'It paused itself after 1 failed', 'Resume it when')
})
