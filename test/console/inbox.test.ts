import { expect, test } from 'vitest'
import * as z from 'zod'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineTool } from '#domain/agent/tool.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { Receiver, finished, writer as plain } from '#test/http/receiver.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

const pay = counter('pay', { effect: 'once', approval: true })
const send = counter('send', { effect: 'once' })

test('what waits for a person is in one place, each with its answer, until it is given', async () => {
  const shelf = new Shelf()
  shelf.texts.set('mug', 'Old mug.')
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool, send.tool, describeOn(shelf)] })
  const { app, browser } = consoleScene(
    [writer],
    new ListedModel(
      asks({ id: 'a', name: 'pay' }),
      asks({ id: 'b', name: 'send' }),
      asks({ id: 'c', name: 'describe', input: { handle: 'mug', text: HOSTILE } }),
      answer('Done.'),
      answer('Paid.'),
    ),
  )
  const submit = async (input: string): Promise<string> =>
    ((await (await app.post('/jobs', { agent: 'writer', input })).json()) as { id: string }).id
  const visitor = browser()
  expect((await visitor.get('/console/inbox')).html).toContain('Nothing waits for a person.')
  expect((await visitor.get('/console/inbox/count')).html).toBe('')
  const approval = await submit('approval')
  await app.execute(approval)
  const cut = await submit('cut')
  await app.interruptAfter(cut, 'tool_call.started')
  await app.execute(cut)
  await app.execute(await submit('proposal'))

  const { html } = await visitor.get('/console/inbox')
  for (const said of ['waits for approval', 'Did <code>send</code> happen?', 'Proposals to decide (1)', '>Approve<'])
    expect(html).toContain(said)
  expectHarmless(html)
  expect(html).toContain('<span class="count" data-count="/console/inbox/count">')
  expect((await visitor.get('/console/inbox/count')).html).toBe('3')
  expect((await visitor.get('/console')).html).toContain('"/console/proposals?status=proposed">1 proposal to review.')
  // A page that is read again makes no question into another, which it knows by these.
  expect(html).toContain(`<section class="ask" id="approval-${approval}-a">`)
  expect(html).toContain(`<section class="ask" id="outcome-${cut}-b">`)
  expect(html).toMatch(/<article class="card proposal" id="(.+)-\d+" aria-labelledby="\1">/)
  const answered = await visitor.post(
    `/console/jobs/${approval}/calls/a/resolve`,
    { outcome: 'approved' },
    { referer: 'http://localhost/console/inbox' },
  )
  expect(answered.to).toBe('/console/inbox')
  expect((await visitor.get('/console/inbox')).html).not.toContain('waits for approval')
  await visitor.post(`/console/jobs/${cut}/calls/b/resolve`, { outcome: 'did_not_happen' })
  expect((await visitor.get('/console/inbox')).html).not.toContain('happen?')
})

test('a callback that is given up waits to be sent again, with why it failed', async () => {
  const sender = new Receiver(...Array.from({ length: 4 }, () => HOSTILE))
  const { app, signedIn } = consoleScene([plain], new ListedModel(answer('Hej!')), { sender })
  const id = await finished(app)
  for (let tried = 0; tried < 4; tried++) {
    await app.deliver(id)
    await app.clock.advance(24 * 3_600_000)
  }
  const open = { 'sec-fetch-site': 'same-origin', referer: 'http://localhost/console/inbox' }
  const reader = await signedIn(DEFAULT_TENANT, ['read'])
  expect((await reader.get('/console/inbox')).html).not.toContain('Redeliver')
  const visitor = await signedIn(DEFAULT_TENANT)
  expect((await visitor.get('/console')).html).toContain('1 job with callbacks that could not be delivered.')
  const { html } = await visitor.get('/console/inbox')
  const origin = ['Input of the job:</span> <code>1</code>', 'by a program on this machine']
  for (const said of [
    'could not be delivered (1)',
    'was given up after 4 attempts',
    '&lt;script',
    ...origin,
    'Redeliver',
  ])
    expect(html).toContain(said)
  expect((await visitor.get('/console/inbox/count')).html).toBe('1')
  expectHarmless(html)
  const [, action = ''] = /action="([^"]*redeliver)"/.exec(html) ?? []
  expect((await visitor.post(action, {}, open)).to).toBe('/console/inbox')
  expect((await visitor.get('/console/inbox')).html).toContain('Nothing waits for a person.')
  await app.deliver(id)
  expect(sender.messages).toHaveLength(5)
})

test('a callback of a batch that is given up waits too, and the overview counts it', async () => {
  const sender = new Receiver(...Array.from({ length: 3 }, () => HOSTILE))
  const { app, signedIn } = consoleScene([plain], new ListedModel(answer('Hej!')), { sender })
  const callback = { url: 'https://shop.example.com/hook' }
  const made = await app.post('/batches', { agent: 'writer', name: HOSTILE.slice(0, 60), callback })
  const { id } = (await made.json()) as { id: string }
  await app.post(`/batches/${id}/close`, '', {})
  for (let wakes = 0; wakes < 5; wakes++) {
    await app.batches.wake(id)
    await app.clock.advance(24 * 3_600_000)
  }
  const open = { 'sec-fetch-site': 'same-origin', referer: 'http://localhost/console/inbox' }
  const visitor = await signedIn(DEFAULT_TENANT)
  expect((await visitor.get('/console')).html).toContain('1 batch with callbacks that could not be delivered.')
  const page = await visitor.get(`/console/batches/${id}`)
  expect(page.html).toMatch(
    /was given up after 3 attempts[^]*<h2>Progress[^]*<h2>Deliveries[^]*batch.completed[^]*Redeliver/,
  )
  const { html } = await visitor.get('/console/inbox')
  for (const said of [
    'Callbacks of batches that could not be delivered (1)',
    'was given up after 3 attempts',
    'Redeliver',
  ])
    expect(html).toContain(said)
  for (const shown of [page.html, html]) expectHarmless(shown)
  const [, action = ''] = /action="([^"]*redeliver)"/.exec(html) ?? []
  expect((await visitor.post(action, {}, open)).to).toBe('/console/inbox')
  expect((await visitor.get('/console/inbox')).html).toContain('Nothing waits for a person.')
  await app.batches.wake(id)
  expect(sender.messages).toHaveLength(4)
  expect((await (await signedIn('other')).get('/console')).html).not.toContain('For you to decide')
})

test('of another tenant nothing is shown', async () => {
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool] })
  const { app, signedIn } = consoleScene([writer], new ListedModel(asks({ id: 'a', name: 'pay' })))
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
  await app.execute(id)
  expect((await (await signedIn('other')).get('/console/inbox')).html).toContain('Nothing waits')
})

test('more questions than a page holds: the count is true, the oldest come first, and each can be reached', async () => {
  const calls = Array.from({ length: 23 }, () => asks({ id: 'a', name: 'pay' }))
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool] })
  const { app, browser } = consoleScene([writer], new ListedModel(...calls))
  const ids: string[] = []
  for (const input of calls.keys()) {
    const { id } = (await (await app.post('/jobs', { agent: 'writer', input })).json()) as { id: string }
    await app.execute(id)
    await app.clock.advance(1000)
    ids.push(id)
  }
  const visitor = browser()
  const shown = (html: string) => [...html.matchAll(/<li id="approval-(job_\w+)"/g)].map(([, id]) => id)
  const first = await visitor.get('/console/inbox')
  expect(first.html).toContain('Calls that wait for approval (23)')
  const [, next = ''] = /href="([^"]*approval=[^"]*)">Next page/.exec(first.html) ?? []
  const second = await visitor.get(next)
  expect([shown(first.html), shown(second.html)]).toEqual([ids.slice(0, 20), ids.slice(20)])
  expect(second.html).toContain('End of the list')
})

test('a question says which job asks, for what and from where; a call can be approved with another input', async () => {
  const mail = defineTool({
    ...{ name: 'mail', description: 'Mail.', effect: 'once', approval: true },
    input: z.object({ to: z.string() }),
    run: ({ to }) => to,
  })
  const mailer = defineAgent({ name: 'mailer', instructions: '', tools: [mail] })
  const { app, browser } = consoleScene(
    [mailer],
    new ListedModel(asks({ id: 'a', name: 'mail', input: { to: 'karl' } }), answer('Sent.')),
  )
  await app.http.request('/schedules/nightly', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      ...{ agent: 'mailer', input: { order: 1042, note: `${HOSTILE}${'x'.repeat(999)}` }, tags: ['autumn'] },
      when: { everySeconds: 60 },
    }),
  })
  await app.clock.advance(60_000)
  await app.wakeSchedule(DEFAULT_TENANT, 'nightly')
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: readonly { id: string }[] }
  const id = jobs[0]?.id ?? ''
  await app.execute(id)
  const visitor = browser()
  const { html } = await visitor.get('/console/inbox')
  for (const said of [
    `<bdi>${id}</bdi>`,
    'by schedule <a href="/console/schedules/nightly">nightly</a>',
    'tag=autumn',
    '&quot;order&quot;:1042',
  ])
    expect(html).toContain(said)
  expect(html).not.toContain('x'.repeat(400))
  expectHarmless(html)
  const [, shown = ''] = /<textarea[^>]*name="input"[^>]*>([^<]*)</.exec(html) ?? []
  expect(JSON.parse(shown.replaceAll('&quot;', '"'))).toEqual({ to: 'karl' })

  const inInbox = { referer: 'http://localhost/console/inbox' }
  const say = (input: string) =>
    visitor.post(`/console/jobs/${id}/calls/a/resolve`, { outcome: 'approved', input }, inInbox)
  const refused = await say('{to')
  expect(refused.status).toBe(400)
  for (const said of ['The input is not JSON', '<details class="optional" open>', '{to</textarea'])
    expect(refused.html).toContain(said)
  const misfit = await say('{"to":7}')
  expect(misfit.status).toBe(400)
  for (const said of ['to: ', 'expected string', '7}</textarea']) expect(misfit.html).toContain(said)
  expect((await say('{"to":"anna"}')).to).toBe('/console/inbox')
  await app.execute(id)
  const job = await (await app.http.request(`/jobs/${id}/events`)).text()
  expect(job).toContain('"to":"anna"')
})
