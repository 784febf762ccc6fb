import { expect, onTestFinished, test, vi } from 'vitest'
import { CountJobs } from '#application/job/count-jobs.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { consoleScene, hiddenIn } from './console-scene.ts'

const pay = counter('pay', { effect: 'once', approval: true })
const send = counter('send', { effect: 'once' })
const writer = defineAgent({ name: 'writer', instructions: '', tools: [pay.tool, send.tool] })
const BULK = '/console/jobs/bulk'

function scene(...calls: readonly ('send' | 'pay')[]) {
  const names = calls.length > 0 ? calls : (['send', 'pay'] as const)
  const made = consoleScene(
    [writer],
    new ListedModel(...names.map((name, nth) => asks({ id: `c${String(nth)}`, name }))),
  )
  const submit = async (tags: readonly string[] = []): Promise<string> =>
    ((await (await made.app.post('/jobs', { agent: 'writer', input: 1, tags })).json()) as { id: string }).id
  const statusOf = async (id: string): Promise<string> =>
    ((await (await made.app.http.request(`/jobs/${id}`)).json()) as { status: string }).status
  return { ...made, submit, statusOf, visitor: made.browser() }
}

test.each(['tag=autumn', ''])(
  'jobs that came after they were counted are left alone, with the filter "%s"',
  async (filter) => {
    const { app, submit, statusOf, visitor } = scene()
    const seen = await submit(['autumn'])
    const { html } = await visitor.get(`${BULK}?action=cancel&${filter}`)
    await app.clock.advance(1000)
    const later = await submit(['autumn'])
    const { to } = await visitor.post(BULK, { ...hiddenIn(html), all: 'yes' })
    await app.operate((to ?? '').replace('/console/operations/', ''))
    expect([await statusOf(seen), await statusOf(later)]).toEqual(['canceled', 'queued'])
  },
)

test('calls that came to wait after they were counted are left alone, also of jobs that were there before', async () => {
  const { app, submit, statusOf, visitor } = scene('pay', 'pay')
  const [seen, later] = [await submit(), await submit()]
  await app.execute(seen)
  const { html } = await visitor.get(`${BULK}?action=resolve&agent=writer`)
  expect(html).toContain('<h1>Resolve 1 job</h1>')
  await app.clock.advance(1)
  await app.execute(later)
  const { to } = await visitor.post(BULK, { ...hiddenIn(html), outcome: 'approved' })
  await app.operate((to ?? '').replace('/console/operations/', ''))
  expect([await statusOf(seen), await statusOf(later)]).toEqual(['queued', 'waiting'])
})

test.each([
  { action: 'delete', filter: 'tag=autumn', left: 1 },
  { action: 'retry', filter: 'status=canceled', left: 3 },
])('jobs that ended after they were counted: $action leaves them alone', async ({ action, filter, left }) => {
  const { app, submit, visitor } = scene()
  const [seen, later] = [await submit(['autumn']), await submit(['autumn'])]
  await app.post(`/jobs/${seen}/cancel`, '')
  const { html } = await visitor.get(`${BULK}?action=${action}&${filter}`)
  await app.clock.advance(1)
  await app.post(`/jobs/${later}/cancel`, '')
  const { to } = await visitor.post(BULK, hiddenIn(html))
  await app.operate((to ?? '').replace('/console/operations/', ''))
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: readonly { id: string }[] }
  expect(jobs).toHaveLength(left)
  expect(jobs.map(({ id }) => id)).toContain(later)
})

test('no action is taken for another one', async () => {
  const { submit, statusOf, visitor } = scene()
  const id = await submit()
  const form = { as_of: '2999-01-01T00:00:00Z', key: 'k', all: 'yes' }
  for (const action of ['', 'cancle', 'constructor']) {
    expect((await visitor.get(`${BULK}?action=${action}`)).status).toBe(400)
    const { status, html } = await visitor.post(BULK, { ...form, action })
    expect([status, html.includes('names no action')]).toEqual([400, true])
  }
  expect((await visitor.post(BULK, form)).status).toBe(400)
  expect(await statusOf(id)).toBe('queued')
})

test('all jobs are meant only where the visitor says so', async () => {
  const { submit, statusOf, visitor } = scene()
  const ids = [await submit(), await submit()]
  const { html } = await visitor.get(`${BULK}?action=cancel`)
  expect(html).toContain('<h1>Cancel all 2 jobs</h1>')
  const refused = await visitor.post(BULK, hiddenIn(html))
  expect([refused.status, refused.html.includes('Confirm that all jobs are meant.')]).toEqual([400, true])
  expect(await Promise.all(ids.map(statusOf))).toEqual(['queued', 'queued'])
  expect((await visitor.post(BULK, { ...hiddenIn(refused.html), all: 'yes' })).to).toContain('/operations/')
})

test('a form that does not say what was counted begins nothing', async () => {
  const { visitor } = scene()
  for (const form of [{ key: 'k' }, { as_of: '' }, {}])
    expect((await visitor.post(BULK, { action: 'cancel', tag: 'autumn', ...form })).status).toBe(400)
})

test('to resolve, it counts the jobs that wait for each answer, and chooses none', async () => {
  const { app, submit, visitor } = scene()
  const cut = await submit(['autumn'])
  await app.interruptAfter(cut, 'tool_call.started')
  await app.execute(cut)
  await app.execute(await submit(['autumn']))
  await submit(['autumn'])
  const { html } = await visitor.get(`${BULK}?action=resolve&tag=autumn`)
  for (const said of [
    'Resolve 2 jobs',
    '1 job with calls of unknown outcome',
    '1 job with calls that wait for approval',
  ])
    expect(html).toContain(said)
  expect(html).not.toContain('checked')
  const refused = await visitor.post(BULK, { ...hiddenIn(html), tool: 'send' })
  expect([refused.status, refused.html.includes('Choose an answer.')]).toEqual([400, true])
  expect(refused.html).toContain('name="tool" placeholder="any" value="send"')
  const narrow = await visitor.get(`${BULK}?action=resolve&tag=autumn&needs=outcome`)
  expect(narrow.html).not.toContain('wait for approval</legend>')
  const { to } = await visitor.post(BULK, { ...hiddenIn(narrow.html), outcome: 'did_not_happen' })
  await app.operate((to ?? '').replace('/console/operations/', ''))
  expect((await visitor.get(to ?? '')).html).toContain('<span class="figure">1</span><span>Done</span>')
})

test('of jobs that are still being counted, the list and an action say that there are at least so many', async () => {
  const counts = { queued: 2, running: 0, waiting: 0, completed: 2001, failed: 0, canceled: 0 }
  const execute = vi.spyOn(CountJobs.prototype, 'execute').mockResolvedValue({ counts, countedAt: 0, isWhole: false })
  onTestFinished(() => {
    execute.mockRestore()
  })
  const { visitor } = scene()
  const { html } = await visitor.get('/console/jobs')
  for (const text of ['All <span>2,003+', 'completed <span>2,001+', 'failed <span>0+', 'queued <span>2<'])
    expect(html).toContain(text)
  const title = async (action: string): Promise<string | undefined> =>
    /<h1>(.*)<\/h1>/.exec((await visitor.get(`${BULK}?action=${action}`)).html)?.[1]
  const titles = ['delete', 'retry', 'cancel'].map(title)
  expect(await Promise.all(titles)).toEqual([
    'Delete at least 2,001 jobs',
    'Retry the jobs that fit',
    'Cancel all 2 jobs',
  ])
})
