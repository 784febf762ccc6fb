import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { type Browser, consoleScene } from './console-scene.ts'

const HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>'
const send = counter('send', { effect: 'once', approval: true })
const writer = defineAgent({ name: 'writer', instructions: '' })
const sender = defineAgent({ name: 'sender', instructions: '', tools: [send.tool] })

interface Created {
  readonly id: string
}

async function scene(model = new ListedModel(answer('a text')), work: object = { agent: 'writer', input: { n: 1 } }) {
  const made = consoleScene([writer, sender], model)
  const { id } = (await (await made.app.post('/jobs', work)).json()) as Created
  return { ...made, id, page: `/console/jobs/${id}`, visitor: made.browser() }
}

describe('the page of a job', () => {
  test('shows what went in, what came out, what it used, and each step', async () => {
    const { app, id, page, visitor } = await scene()
    await app.execute(id)
    const { status, html } = await visitor.get(page)
    expect(status).toBe(200)
    for (const text of ['completed', 'a text', '{&quot;n&quot;:1}', 'Model answered 1', 'Tokens in'])
      expect(html, text).toContain(text)
    expect(html).toMatch(/<h1>[^]*<small[^>]*>writer<\/small>[^]*<\/h1>/)
    // Finished, so there is nothing to follow.
    expect(html).not.toContain('data-events')
  })

  test('says before all else that a job stopped at its budget of model calls', async () => {
    const call = asks({ id: 'c1', name: 'count' })
    const agent = defineAgent({ name: 'short', instructions: '', tools: [counter('count').tool], maxIterations: 1 })
    const { app, browser } = consoleScene([agent], new ListedModel(call))
    const { id } = (await (await app.post('/jobs', { agent: 'short', input: 1 })).json()) as Created
    await app.execute(id)
    expect((await browser().get(`/console/jobs/${id}`)).html).toContain('It stopped early')
  })

  test('shows markup of a model, of the input and of tags as text', async () => {
    const work = { agent: 'writer', input: HOSTILE, tags: [HOSTILE], metadata: { note: HOSTILE } }
    const { app, id, page, visitor } = await scene(new ListedModel(answer(HOSTILE)), work)
    await app.execute(id)
    for (const shown of [await visitor.get(page), await visitor.get('/console/jobs'), await visitor.get('/console')]) {
      expect(shown.html).not.toContain('<img src=x')
      expect(shown.html).not.toContain('alert(1)</script>')
    }
    expect((await visitor.get(page)).html.split('&lt;script&gt;alert(1)').length).toBeGreaterThan(4)
  })

  test('keeps metadata apart from facts of the same name', async () => {
    const metadata = { Agent: 'not the agent', Submitted: 'never', status: 'completed', empty: '' }
    const { page, visitor } = await scene(new ListedModel(), { agent: 'writer', input: 1, metadata })
    const { html } = await visitor.get(page)
    const [about = '', rest = ''] = html.split('<h2>Metadata</h2>')
    expect(about).toMatch(/<dt>Agent<\/dt>\s*<dd><a href="\/console\/agents\/writer">/)
    for (const text of Object.values(metadata).filter((value) => value.includes(' '))) expect(about).not.toContain(text)
    const [card = ''] = rest.split('</section>')
    expect(card.match(/<dt>/g)).toHaveLength(4)
    expect(card).toContain('not the agent')
  })

  test('asks for approval with the arguments as text, and makes the call when a person approves', async () => {
    const model = new ListedModel(asks({ id: 'c1', name: 'send', input: { to: HOSTILE } }), answer('sent'))
    const { app, id, page, visitor } = await scene(model, { agent: 'sender', input: 1 })
    await app.execute(id)
    const waiting = await visitor.get(page)
    expect(waiting.html).toContain('waits for approval')
    expect(waiting.html).not.toContain('<img src=x')
    expect(waiting.html).toContain('data-events')
    expect(waiting.html).toMatch(/>1<\/span><span>Model calls<[^]*>\$[\d.]+<\/span><span>Cost so far</)
    // Streamed text and a new timeline are not said again and again: a change of status is.
    expect(waiting.html).not.toContain('aria-live')
    expect(waiting.html).toContain('<p class="hidden" role="status">The job is waiting.</p>')
    const action = /action="([^"]*resolve)"/.exec(waiting.html)?.[1] ?? ''
    const { to } = await visitor.post(action, { outcome: 'approved' })
    expect(to).toBe(page)
    expect((await visitor.get(page)).html).toContain('Your answer is recorded')
    await app.execute(id)
    expect((await visitor.get(page)).html).toContain('completed')
  })

  test('pages a long journal from its end', async () => {
    const calls = Array.from({ length: 60 }, (_, index) => asks({ id: `c${String(index)}`, name: 'count' }))
    const count = counter('count', { effect: 'read' })
    const agent = defineAgent({ name: 'long', instructions: '', tools: [count.tool], maxIterations: 90 })
    const down = new ModelError('Cannot connect.', { retryable: true })
    const { app, browser } = consoleScene([agent], new ListedModel(...calls, down, answer('done')))
    const { id } = (await (await app.post('/jobs', { agent: 'long', input: 1 })).json()) as Created
    await app.execute(id)
    // Also while it goes on, its figures are of all events.
    const { html } = await browser().get(`/console/jobs/${id}`)
    expect(html).toMatch(/>61<\/span><span>Model calls<[^]*>60<\/span><span>Tool calls<[^]*<span>Cost so far</)
    await app.clock.advance(60_000)
    await app.execute(id)
    const last = await browser().get(`/console/jobs/${id}`)
    expect(last.html).toMatch(/Events \d+ to (\d+) of \1/)
    expect(last.html).toContain('Completed')
    expect(last.html).not.toContain('id="e1"')
    const first = await browser().get(`/console/jobs/${id}?after=0`)
    expect(first.html).toContain('Events 1 to 200 of')
    expect(first.html.split('<li class=').length).toBeLessThan(205)
  })
})

test('attempts that failed with the same error are one line, with the waits between them and when it gives up', async () => {
  const down = new ModelError('Cannot connect.', { retryable: true })
  const { app, id, page, visitor } = await scene(new ListedModel(down, down, down))
  for (const minutes of [10, 10, 0]) {
    await app.execute(id)
    await app.clock.advance(minutes * 60_000)
  }
  const { html } = await visitor.get(page)
  const [head = '', timeline = ''] = html.split('<h2>Timeline</h2>')
  expect(head).toContain('<code>ERRAND_MODEL_OUTAGE_SECONDS</code>')
  expect(head).toContain('at the deadline of the job, <time')
  expect(timeline).toMatch(/<b>3 attempts failed<\/b>\s*<span class="dim">with the same error, within 20 min</)
  expect(timeline.match(/Cannot connect/g)).toHaveLength(1)
  expect(timeline.match(/<b>Waited<\/b> <span class="dim">10 min to try again/g)).toHaveLength(2)
  expect(timeline).toContain('tries again <time')
})

test('an attempt that failed with another error is no part of the line', async () => {
  const down = new ModelError('Cannot connect.', { retryable: true })
  const busy = new ModelError('Overloaded.', { retryable: true })
  const { app, id, page, visitor } = await scene(new ListedModel(down, down, busy))
  for (let attempt = 0; attempt < 3; attempt++) {
    await app.execute(id)
    await app.clock.advance(10 * 60_000)
  }
  const [, timeline = ''] = (await visitor.get(page)).html.split('<h2>Timeline</h2>')
  expect(timeline.match(/<b>\d+ attempts failed<\/b>/g)).toEqual(['<b>2 attempts failed</b>'])
  expect(timeline).toContain('Overloaded.')
})

describe('the forms of a job', () => {
  test('cancel it, retry it, and run it again with another input', async () => {
    const { app, id, page, visitor } = await scene()
    expect((await visitor.post(`${page}/cancel`)).to).toBe(page)
    expect((await visitor.get(page)).html).toContain('Canceled by ')
    expect((await visitor.post(`${page}/retry`)).to).toMatch(/^\/console\/jobs\/job_/)
    expect((await visitor.get(`${page}/edit`)).html).toContain('&quot;n&quot;: 1')
    const wrong = await visitor.post(`${page}/edit`, { agent: 'writer', input: '{' })
    expect([wrong.status, wrong.html.includes('The input is not JSON')]).toEqual([400, true])
    const { to } = await visitor.post(`${page}/edit`, { agent: 'writer', input: '{"n":2}' })
    const created = await app.http.request(String(to).replace('/console', ''))
    expect(((await created.json()) as { input: unknown }).input).toEqual({ n: 2 })
    expect((await visitor.post(`${page}/delete`)).to).toBe('/console/jobs')
    expect((await visitor.get(page)).status).toBe(404)
    expect(id).not.toBe('')
  })

  test('explain what the API refuses', async () => {
    const { page, visitor } = await scene()
    const { status, html } = await visitor.post(`${page}/retry`)
    expect(status).toBe(409)
    expect(html).toContain('/errors/job_not_retryable')
  })
})

async function buttons(visitor: Browser, page: string): Promise<readonly string[]> {
  const { html } = await visitor.get(page)
  return [...html.matchAll(/<button class="[^"]*">([^<]*)<\/button>/g)].map(([, label = '']) => label)
}

test('scopes decide which actions are shown', async () => {
  const { app, signedIn } = consoleScene([writer], new ListedModel(answer('x')))
  const authorization = `Bearer ${await app.key('acme')}`
  const headers = { authorization, 'content-type': 'application/json' }
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 }, headers)).json()) as Created
  const page = `/console/jobs/${id}`
  expect(await buttons(await signedIn('acme', ['read']), page)).toEqual(['Sign out'])
  expect(await buttons(await signedIn('acme', ['read', 'cancel']), page)).toEqual(['Sign out', 'Cancel'])
  // Hidden is not all: the API refuses the form.
  expect((await (await signedIn('acme', ['read'])).post(`${page}/cancel`)).status).toBe(403)
})

test('a job of another tenant is not there', async () => {
  const { app, signedIn } = consoleScene([writer], new ListedModel())
  const headers = { authorization: `Bearer ${await app.key('acme')}`, 'content-type': 'application/json' }
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 }, headers)).json()) as Created
  const stranger = await signedIn('globex')
  expect((await stranger.get(`/console/jobs/${id}`)).status).toBe(404)
  expect((await stranger.get('/console/jobs')).html).not.toContain(id)
})
