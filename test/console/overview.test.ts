import { expect, test } from 'vitest'
import { createConsole } from '#adapters/console/console.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { Models } from '#ports/model.ts'
import { answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { Browser, consoleScene } from './console-scene.ts'

const MINUTE = 60_000
const pay = counter('pay', { effect: 'once', approval: true })
const agent = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool] })
const other = defineAgent({ name: 'other', instructions: '' })

/** Does what the input asks for. Each answer takes 100 tokens in and 20 out. */
const MODEL: Models = {
  check: () => undefined,
  call: ({ messages }) => {
    const asked = JSON.stringify(messages)
    if (asked.includes('broken')) throw new ModelError('The model is out of ink.', { retryable: false })
    if (asked.includes('pay')) return Promise.resolve(asks({ id: 'a', name: 'pay' }))
    return Promise.resolve({ ...answer('Done.'), usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 20 } })
  },
}

async function scene(...inputs: readonly string[]) {
  const made = consoleScene([agent, other], MODEL)
  const ids: string[] = []
  for (const input of inputs) {
    const { id } = (await (await made.app.post('/jobs', { agent: 'writer', input })).json()) as { id: string }
    ids.push(id)
    if (input !== 'later') await made.app.execute(id)
    await made.app.clock.advance(MINUTE)
  }
  return { ...made, ids, visitor: made.browser() }
}

/** The part of the page with a heading. */
function section(html: string, title: string): string {
  return html.split('<section').find((part) => part.includes(`<h2>${title}`)) ?? ''
}

test('tiles count the jobs of each status and lead to them', async () => {
  const { visitor } = await scene('ok', 'ok', 'broken', 'pay', 'later')
  const { html } = await visitor.get('/console')
  const found = html.matchAll(/<a class="tile" href="\/console\/jobs\?status=(\w+)"><span class="figure">(\d+)</g)
  expect(Object.fromEntries([...found].map(([, status = '', count]) => [status, Number(count)]))).toEqual({
    queued: 1,
    running: 0,
    waiting: 1,
    completed: 2,
    failed: 1,
    canceled: 0,
  })
  expect(html).toMatch(/href="\/console\/jobs\?needs=approval"\s*>1 job with calls to approve/)
})

test('charts say what ended when, and the tokens of it', async () => {
  const { visitor } = await scene('ok', 'broken', 'ok')
  for (const page of ['/console', '/console/usage?hours=24&agent=writer']) {
    const { html } = await visitor.get(page)
    const ended = section(html, 'Throughput')
    expect(ended).toContain('2 jobs completed and 1 failed or were canceled')
    expect(ended).toMatch(/<title>[^<]*: 2 completed, 1 others</)
    const tokens = section(html, 'Tokens')
    expect(tokens).toMatch(/<title>[^<]*: 200 tokens in, 40 out, \$0\.0008</)
    expect(tokens).toContain('Cost: <b>$0.0008</b>.')
    expect(tokens).toContain('200 tokens in, 0 of them from the cache, and 40 out')
  }
  const { html } = await visitor.get('/console/usage?hours=1&agent=other')
  expect(section(html, 'Tokens')).toContain('No job has used tokens')
})

test('what each agent used leads to its jobs', async () => {
  const { visitor } = await scene('ok', 'broken', 'ok')
  for (const page of ['/console', '/console/usage']) {
    const agents = section((await visitor.get(page)).html, 'Usage by agent')
    expect(agents).toContain('href="/console/jobs?agent=writer"')
    const cells = [...agents.matchAll(/<td[^>]*>([^<]*)</g)].map(([, cell]) => cell)
    expect(cells).toEqual(['3', '1', '200', '0', '40', '$0.0008'])
  }
})

test('what each model used has its calls, also of deleted jobs', async () => {
  const { ids, app, visitor } = await scene('ok', 'broken', 'ok')
  for (const id of ids) await app.http.request(`/jobs/${id}`, { method: 'DELETE' })
  const models = section((await visitor.get('/console/usage?hours=168')).html, 'Usage by model')
  const cells = [...models.matchAll(/<t[dh][^>]*>([^<]*)</g)].map(([, cell]) => cell)
  expect(cells.slice(-7)).toEqual(['scripted/test', '3', '1', '200', '0', '40', '$0.0008'])
  expect(models).toMatch(
    /Jobs and runs that ended from \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d \(UTC\), also deleted jobs\./,
  )
})

test('runs without a job have a table of their own, and none where there were none', async () => {
  const { app, visitor } = await scene('ok')
  expect((await visitor.get('/console/usage')).html).not.toContain('Runs without a job')
  for (let run = 0; run < 2; run++) await app.post('/run', { agent: 'other', input: 'ok' })
  const { html } = await visitor.get('/console/usage')
  const cells = [...section(html, 'Runs without a job').matchAll(/<t[dh][^>]*>([^<]*)</g)].map(([, cell]) => cell)
  expect(cells.slice(-6)).toEqual(['other', '2', '$0.0008', 'All', '2', '$0.0008'])
})

test('failures are counted by reason, and lead to the jobs and to the latest of them', async () => {
  const { ids, visitor } = await scene('broken', 'ok', 'broken')
  for (const page of ['/console', '/console/usage']) {
    const failures = section((await visitor.get(page)).html, 'Failures by reason')
    expect(failures).toMatch(/<code>model_failed<\/code><\/a><\/th>\s*<td class="numeric"[^>]*><a[^>]*>2</)
    expect(failures).toContain('href="/console/jobs?error=model_failed"')
    expect(failures).toMatch(new RegExp(`href="/console/jobs/${ids[2] ?? ''}">[^<]*out of ink`))
  }
  const { html } = await visitor.get('/console/jobs?error=model_failed')
  expect([...html.matchAll(/<bdi>(job_\w+)</g)].map(([, id]) => id)).toEqual([ids[2], ids[0]])
})

test('the job that waits longest comes first', async () => {
  const { ids, visitor } = await scene('pay 1', 'ok', 'pay 2')
  const waiting = section((await visitor.get('/console')).html, 'Waiting longest')
  expect([...waiting.matchAll(/<bdi>(job_\w+)</g)].map(([, id]) => id)).toEqual([ids[0], ids[2]])
  expect(waiting).toContain('Of all jobs that wait.')
})

test('one load of the page asks the API at most twelve times, with however many failed', async () => {
  const { app } = await scene(...Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? 'ok' : 'broken')))
  const asked: string[] = []
  const counted = createConsole({
    api: (request) => {
      asked.push(request.url)
      return app.fetch(request)
    },
    basePath: '',
    sealer: new AesSealer({ read: () => Promise.resolve('of this test') }),
    clock: app.clock,
    logger: app.logger,
  })
  const { html } = await new Browser(counted).get('/console')
  expect(html).toContain('15 completed, 15 failed or canceled')
  expect(asked.length).toBeLessThanOrEqual(12)
})
