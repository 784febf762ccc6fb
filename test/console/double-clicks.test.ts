import * as z from 'zod'
import { expect, test } from 'vitest'
import { Submits } from '#adapters/console/browser/submits.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { submit } from '#domain/webhook/action.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { event, openWebhook } from '#test/support/webhook-scene.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { consoleScene, hiddenIn } from './console-scene.ts'

const shelf = new Shelf()
shelf.texts.set('mug', 'Old mug.')
shelf.texts.set('cup', 'Old cup.')
const writer = defineAgent({ name: 'writer', instructions: '', tools: [describeOn(shelf)] })
const free = defineAgent({ name: 'free', instructions: '', input: z.object({ n: z.int() }) })

/** A job that has proposed two texts, one that is canceled, a schedule, and a webhook with an event. */
async function scene() {
  const model = new ListedModel(
    asks(
      { id: 'a', name: 'describe', input: { handle: 'mug', text: 'New.' } },
      { id: 'b', name: 'describe', input: { handle: 'cup', text: 'New.' } },
    ),
    answer('Done.'),
  )
  const webhook = openWebhook({ handle: () => [submit('writer', 1)] })
  const made = consoleScene([writer, free], model, { webhooks: [webhook] })
  const { app } = made
  const read = async <T>(path: string): Promise<T> => (await (await app.http.request(path)).json()) as T
  const { id } = (await (await app.post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
  await app.execute(id)
  const other = (await (await app.post('/jobs', { agent: 'writer', input: 1 })).json()) as { id: string }
  await app.post(`/jobs/${other.id}/cancel`, {})
  const schedule = JSON.stringify({ agent: 'writer', input: 1, when: { everySeconds: 900 } })
  await app.http.request('/schedules/s1', {
    method: 'PUT',
    body: schedule,
    headers: { 'content-type': 'application/json' },
  })
  await app.post('/webhooks/shop', event({}))
  const [first] = (await read<{ events: { id: string }[] }>('/webhooks/shop/events')).events
  const jobs = async (): Promise<number> => (await read<{ total: number }>('/jobs/counts')).total
  return { ...made, id, canceled: other.id, event: first?.id ?? '', jobs, visitor: made.browser() }
}

type Scene = Awaited<ReturnType<typeof scene>>

interface Form {
  readonly page: string
  readonly action: string
  readonly fields?: Record<string, string>
}

test.each<[string, (made: Scene) => Form, number]>([
  [
    'edit and run',
    ({ id }) => ({ page: `/jobs/${id}/edit`, action: `/jobs/${id}/edit`, fields: { agent: 'writer', input: '2' } }),
    1,
  ],
  ['retry', ({ canceled }) => ({ page: `/jobs/${canceled}`, action: `/jobs/${canceled}/retry` }), 1],
  ['try an agent', () => ({ page: '/agents/free', action: '/agents/free/try', fields: { 'field.n': '1' } }), 1],
  ['replay an event', ({ event: id }) => ({ page: `/webhooks/shop/${id}`, action: `/webhooks/shop/${id}/replay` }), 1],
  ['decide in bulk', () => ({ page: '/proposals', action: '/proposals/bulk' }), 0],
  ['cancel in bulk', () => ({ page: '/jobs/bulk?action=cancel', action: '/jobs/bulk', fields: { all: 'yes' } }), 0],
])('%s: two clicks are one', async (_, formOf, created) => {
  const made = await scene()
  const { page, action, fields } = formOf(made)
  const before = await made.jobs()
  const { html } = await made.visitor.get(`/console${page}`)
  const sent = { ...hiddenIn(html, `/console${action}`), ...fields }
  const [first, second] = [
    await made.visitor.post(`/console${action}`, sent),
    await made.visitor.post(`/console${action}`, sent),
  ]
  expect([first.status, second.status, second.to]).toEqual([303, 303, first.to])
  expect((await made.jobs()) - before).toBe(created)
})

test('two clicks on "Run now" fire a schedule once', async () => {
  const { visitor } = await scene()
  const page = '/console/schedules/s1'
  const sent = hiddenIn((await visitor.get(page)).html, `${page}/run`)
  const said = async (): Promise<string | undefined> => {
    await visitor.post(`${page}/run`, sent)
    return /Its job is (job_\w+)/.exec((await visitor.get(page)).html)?.[1]
  }
  const first = await said()
  expect(await said()).toBe(first)
  expect(first).toBeDefined()
})

test('a form that is sent again says so; with other contents it means something new', async () => {
  const { visitor, jobs } = await scene()
  const path = '/console/agents/free/try'
  const sent = hiddenIn((await visitor.get('/console/agents/free')).html, path)
  const first = await visitor.post(path, { ...sent, 'field.n': '1' })
  expect((await visitor.get(first.to ?? '')).html).toContain('Submitted.')
  await visitor.post(path, { ...sent, 'field.n': '1' })
  expect((await visitor.get(first.to ?? '')).html).toContain('This form was sent before.')
  const before = await jobs()
  expect((await visitor.post(path, { ...sent, 'field.n': '2' })).to).not.toBe(first.to)
  expect(await jobs()).toBe(before + 1)
})

test('a form makes one key: a reload does not make another, a new form does', async () => {
  const { signedIn } = await scene()
  const admin = await signedIn('acme')
  const list = '/console/keys'
  const form = { name: 'shop', scope: 'read' }
  const sent = { ...hiddenIn((await admin.get(list)).html, list), ...form }
  const first = await admin.post(list, sent)
  const again = await admin.post(list, sent)
  const said = again.html.includes('a key with this name and these scopes since the form was shown')
  expect([first.status, again.status, said]).toEqual([200, 409, true])
  expect(again.html).not.toMatch(/errand_[0-9a-f]{16}_/)
  expect((await admin.post(list, { ...hiddenIn(first.html, list), ...form })).html).toMatch(/errand_[0-9a-f]{16}_/)
})

test('the script lets a form go once, until the visitor comes back; and not without the answer yes', () => {
  let says = false
  const submits = new Submits(() => says)
  const form = {}
  const asked = { form, method: 'post', question: 'Sure?' }
  expect(submits.take(asked)).toBe(false)
  says = true
  expect([submits.take(asked), submits.take(asked)]).toEqual([true, false])
  submits.forget()
  expect(submits.take(asked)).toBe(true)
  const search = { form: {}, method: 'get', question: undefined }
  expect([submits.take(search), submits.take(search)]).toEqual([true, true])
})
