import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ModelError } from '#domain/model/errors.ts'
import type { Models } from '#ports/model.ts'
import { answer } from '#test/support/script.ts'
import { consoleScene } from './console-scene.ts'

const HOUR = 3_600_000
const agents = ['writer', 'painter'].map((name) => defineAgent({ name, instructions: '' }))

/** Fails for inputs that ask for it. */
const MODEL: Models = {
  check: () => undefined,
  call: ({ messages }) => {
    if (JSON.stringify(messages).includes('broken')) throw new ModelError('No.', { retryable: false })
    return Promise.resolve(answer('Done.'))
  },
}

/** Four jobs, an hour apart: two that failed, one that completed, one that is queued. */
async function scene() {
  const made = consoleScene(agents, MODEL)
  const submit = async (work: object): Promise<string> => {
    const { id } = (await (await made.app.post('/jobs', work)).json()) as { id: string }
    return id
  }
  const done = async (work: object): Promise<string> => {
    const id = await submit(work)
    await made.app.execute(id)
    await made.app.clock.advance(HOUR)
    return id
  }
  const start = made.app.clock.now()
  const jobs = {
    early: await done({ agent: 'writer', input: 'broken', tags: ['autumn'] }),
    tagged: await done({ agent: 'writer', input: 'broken', tags: ['autumn', 'red & blue'], batch: 'shoes' }),
    good: await done({ agent: 'painter', input: 'ok', tags: ['autumn'], batch: 'shoes' }),
    queued: await submit({ agent: 'painter', input: 'ok', batch: 'hats' }),
  }
  const statusOf = async (name: keyof typeof jobs): Promise<string> =>
    ((await (await made.app.http.request(`/jobs/${jobs[name]}`)).json()) as { status: string }).status
  const hours = (count: number): string => new Date(start + count * HOUR).toISOString()
  return { ...made, jobs, statusOf, hours, visitor: made.browser() }
}

type Scene = Awaited<ReturnType<typeof scene>>

/** Names of the jobs that a page lists. */
function listed({ jobs }: Pick<Scene, 'jobs'>, html: string): readonly string[] {
  return Object.entries(jobs).flatMap(([name, id]) => (html.includes(`<bdi>${id}</bdi>`) ? [name] : []))
}

/** The counts of the tabs: `All 4`, `failed 2`. */
function tabs(html: string): Readonly<Record<string, number>> {
  const found = html.matchAll(/>(\w+) <span>(\d+)<\/span>/g)
  return Object.fromEntries([...found].map(([, name = '', count]) => [name, Number(count)]))
}

test.each([
  ['status=failed', ['early', 'tagged']],
  ['status=failed%2Cqueued', ['early', 'tagged', 'queued']],
  ['agent=painter', ['good', 'queued']],
  ['tag=red+%26+blue', ['tagged']],
  ['batch=shoes', ['tagged', 'good']],
  ['status=failed&batch=shoes&agent=writer&tag=autumn', ['tagged']],
  ['needs=approval', []],
  ['q=BROK+autumn', ['early', 'tagged']],
  ['q=broken&batch=shoes', ['tagged']],
  ['error=model_failed', ['early', 'tagged']],
  // A form sends empty fields too.
  ['status=&agent=&tag=&batch=&needs=&created_after=&created_before=', ['early', 'tagged', 'good', 'queued']],
])('the list for %s shows those jobs alone', async (query, names) => {
  const made = await scene()
  const { status, html } = await made.visitor.get(`/console/jobs?${query}`)
  expect(status).toBe(200)
  expect(listed(made, html)).toEqual(names)
})

test('a job in the list is shown by the beginning of its input, as text', async () => {
  const made = consoleScene(agents, MODEL)
  await made.app.post('/jobs', { agent: 'writer', input: { product: 'linen-apron', note: '<b>new</b>' } })
  const { html } = await made.browser().get('/console/jobs')
  expect(html).toContain('>linen-apron &lt;b&gt;new&lt;/b&gt;</span>')
})

test('times of the form, which have no zone, are UTC; the first is part of the span, the last is not', async () => {
  const made = await scene()
  const show = async (after: string, before: string): Promise<readonly string[]> => {
    const query = new URLSearchParams({ created_after: after, created_before: before })
    return listed(made, (await made.visitor.get(`/console/jobs?${query.toString()}`)).html)
  }
  expect(await show(made.hours(1), made.hours(3))).toEqual(['tagged', 'good'])
  expect(await show(made.hours(1).slice(0, 16), made.hours(2).slice(0, 16))).toEqual(['tagged'])
})

test('tabs count the other statuses with the rest of the filter, and lead to them with it', async () => {
  const { visitor } = await scene()
  const { html } = await visitor.get('/console/jobs?batch=shoes&status=failed')
  expect(tabs(html)).toMatchObject({ All: 2, failed: 1, completed: 1, queued: 0 })
  expect(html).toContain('href="/console/jobs?batch=shoes&amp;status=completed"')
  expect(html).toContain('name="batch" value="shoes"')
  expect(html).toContain('<input type="hidden" name="status" value="failed" />')
})

test('ids of jobs and batches are cut off by the style alone, and their titles have the whole', async () => {
  const { jobs, visitor } = await scene()
  const { html } = await visitor.get('/console/jobs?batch=hats')
  expect(html).toContain(`title="${jobs.queued}"><bdi>${jobs.queued}</bdi>`)
  expect(html).toContain('<a class="mono id" href="/console/jobs?batch=hats" title="hats"><bdi>hats</bdi></a>')
})

test('a filter that the API refuses is explained', async () => {
  const { status, html } = await (await scene()).visitor.get('/console/jobs?status=broken')
  expect(status).toBe(400)
  expect(html).toContain('must be one or more of')
})

test('words are found from the one field; they take no counts and no bulk action', async () => {
  const made = await scene()
  const find = async (text: string): Promise<string | null> =>
    (await made.visitor.get(`/console/jobs/find?id=${encodeURIComponent(text)}`)).headers.get('location')
  expect(await find(made.jobs.good)).toBe(`/console/jobs/${made.jobs.good}`)
  expect(await find(' red & blue ')).toBe('/console/jobs?q=red+%26+blue')
  const { html } = await made.visitor.get('/console/jobs?q=red+%26+blue')
  expect(listed(made, html)).toEqual(['tagged'])
  expect(tabs(html)).toEqual({})
  expect(html).not.toContain('/console/jobs/bulk')
  expect((await made.visitor.get('/console/jobs/bulk?action=delete&q=red')).status).toBe(400)
})

/** Sends the form of a page as a browser would. */
async function submitForm({ visitor }: Pick<Scene, 'visitor'>, html: string, headers: Record<string, string> = {}) {
  const [, fields = ''] = /<form method="post" action="\/console\/jobs\/bulk"([\s\S]*?)<\/form>/.exec(html) ?? []
  const hidden = [...fields.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])
  return visitor.post('/console/jobs/bulk', Object.fromEntries(hidden) as Record<string, string>, headers)
}

test.each([
  { action: 'cancel', filter: '', count: 1, after: { queued: 'canceled', early: 'failed', good: 'completed' } },
  { action: 'cancel', filter: '&batch=hats', count: 1, after: { queued: 'canceled' } },
  { action: 'delete', filter: '&batch=shoes&status=failed', count: 1, after: { early: 'failed', good: 'completed' } },
  { action: 'retry', filter: '&tag=autumn', count: 2, after: { good: 'completed', queued: 'queued' } },
])(
  '$action with "$filter" says $count before it is done, and does just that',
  async ({ action, filter, count, after }) => {
    const made = await scene()
    const asked = await made.visitor.get(`/console/jobs/bulk?action=${action}${filter}`)
    expect(asked.html).toMatch(
      new RegExp(`<button class="\\w+">${action} (?:all )?${String(count)} jobs?</button`, 'i'),
    )
    const started = await submitForm(made, asked.html)
    const [, id = ''] = /^\/console\/operations\/(op_\w+)$/.exec(started.to ?? '') ?? []
    await made.app.operate(id)
    const operation = (await (await made.app.http.request(`/operations/${id}`)).json()) as object
    expect(operation).toMatchObject({ action, status: 'completed', total: count, done: count, skipped: 0 })
    for (const [name, status] of Object.entries(after))
      expect([name, await made.statusOf(name as keyof typeof made.jobs)]).toEqual([name, status])
    const page = (await made.visitor.get(started.to ?? '')).html
    expect(page).toMatch(new RegExp(`<span class="figure">${String(count)}</span><span>Done</span>`))
  },
)

test('a second click on the same page starts nothing new', async () => {
  const made = await scene()
  const { html } = await made.visitor.get('/console/jobs/bulk?action=cancel')
  const [first, second] = [await submitForm(made, html), await submitForm(made, html)]
  expect(second.to).toBe(first.to)
})

test('a page of another site starts none', async () => {
  const made = await scene()
  const { html } = await made.visitor.get('/console/jobs/bulk?action=cancel')
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': '', origin: 'https://evil.example' }])
    expect((await submitForm(made, html, headers)).html).toContain('does not come from a page of this console')
  expect(await made.statusOf('queued')).toBe('queued')
})

test('a key is offered what its scopes allow, and no more is done for it', async () => {
  const made = await scene()
  const canceler = await made.signedIn('default', ['read', 'cancel'])
  const { html } = await canceler.get('/console/jobs')
  expect(html).toContain('>Cancel …<')
  expect(html).not.toMatch(/>(Retry|Resolve|Delete) …</)
  const form = { action: 'delete', all: 'yes', as_of: made.hours(9), key: 'k' }
  expect((await canceler.post('/console/jobs/bulk', form)).status).toBe(403)
})
