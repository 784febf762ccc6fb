import { expect, test } from 'vitest'
import { createConsole } from '#adapters/console/console.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { submit } from '#domain/webhook/action.ts'
import { ListedModel } from '#test/support/script.ts'
import { event, openWebhook, writer } from '#test/support/webhook-scene.ts'
import { Browser, consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

async function scene() {
  let isBroken = true
  const webhook = openWebhook({
    handle: () => {
      if (isBroken) throw new Error('The handler is broken.')
      return [submit('writer', 1)]
    },
  })
  const made = consoleScene([writer], new ListedModel(), { webhooks: [webhook] })
  await made.app.post('/webhooks/shop', event({ topic: HOSTILE }))
  const { events } = (await (await made.app.http.request('/webhooks/shop/events')).json()) as {
    events: { id: string }[]
  }
  const mend = (): void => {
    isBroken = false
  }
  return { ...made, path: `/console/webhooks/shop/${events[0]?.id ?? ''}`, mend }
}

test('an event shows its outcome, and a replay leads to what the handler of today wants', async () => {
  const { browser, path, mend } = await scene()
  const visitor = browser()
  expect((await visitor.get('/console/webhooks')).html).toContain('/console/webhooks/shop')
  const list = await visitor.get('/console/webhooks/shop?outcome=handler_failed')
  expect(list.html).toContain(path)
  const page = await visitor.get(path)
  expect(page.html).toContain('handler failed')
  expect(page.html).toMatch(/Found by<\/dt>\s*<dd>a delivery/)
  for (const { html } of [list, page]) expectHarmless(html)
  mend()
  expect((await visitor.post(`${path}/replay`, {}, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await visitor.post(`${path}/replay`)).to).toBe(path)
  const after = (await visitor.get(path)).html
  expect(after).toContain('Handled again: done.')
  expect(after).toContain('/console/jobs/job_')
  expect((await visitor.get('/console/webhooks/shop?topic=other')).html).toContain('no such events')
})

test('the list says how far missed events were looked for, and why the last look failed', async () => {
  const { app } = await scene()
  const failure = { at: '2026-11-23T09:15:00.000Z', reason: HOSTILE, retryAt: '2026-11-23T09:20:00.000Z' }
  const missed = { everySeconds: 900, sweptUntil: '2026-11-23T09:00:00.000Z', found: 2, failure }
  const links = { self: '/webhooks/shop', events: '/webhooks/shop/events' }
  const answer = { webhooks: [{ name: 'shop', filtered: false, missed, links }] }
  const console = createConsole({
    api: async (request) => (isList(request) ? Response.json(answer) : app.fetch(request)),
    basePath: '',
    sealer: new AesSealer({ read: () => Promise.resolve('of this test') }),
    clock: app.clock,
    logger: app.logger,
  })
  const { html } = await new Browser(console).get('/console/webhooks')
  for (const text of ['09:00:00 UTC</time>, 2 found', '09:15:00 UTC', '09:20:00 UTC']) expect(html).toContain(text)
  expectHarmless(html)
})

const isList = ({ url }: Request): boolean => new URL(url).pathname === '/webhooks'
