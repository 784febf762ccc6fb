import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { counter } from '#test/support/tools.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { consoleScene, hiddenIn } from './console-scene.ts'

const TYPED = 'Typed <b>by hand</b>.'
const SHOWN = 'Typed &lt;b&gt;by hand&lt;/b&gt;.'

function scene() {
  const shelf = new Shelf()
  shelf.texts.set('mug', 'Old mug.')
  const pay = counter('pay', { effect: 'once', approval: true })
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [describeOn(shelf), pay.tool] })
  const propose = asks({ id: 'a', name: 'describe', input: { handle: 'mug', text: 'New.' } })
  const made = consoleScene([writer], new ListedModel(propose, answer('Done.'), asks({ id: 'b', name: 'pay' })))
  const submit = async (work: object = {}): Promise<string> =>
    ((await (await made.app.post('/jobs', { agent: 'writer', input: 1, ...work })).json()) as { id: string }).id
  const read = async (path: string): Promise<unknown> => (await made.app.http.request(path)).json()
  return { ...made, submit, read, visitor: made.browser() }
}

/** All that a form would send as it stands: hidden fields, texts, chosen options and ticked boxes. */
function formOf(html: string, action: string): Record<string, string> {
  const [, form = ''] = new RegExp(`action="${action}"(.*?)</form>`, 's').exec(html) ?? []
  const plain = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  const texts = [...form.matchAll(/<textarea[^>]*name="(\w+)"[^>]*>\n?([^<]*)</g)]
  const lines = [...form.matchAll(/<input(?![^>]*(?:hidden|checkbox))[^>]*name="(\w+)"[^>]*value="([^"]*)"/g)]
  const boxes = [...form.matchAll(/name="(\w+)" value="([^"]*)" checked/g)]
  const chosen = [...form.matchAll(/<select name="(\w+)">(?:(?!<\/select>).)*value="(\w*)" selected/gs)]
  const found = [...texts, ...lines, ...boxes, ...chosen].map(([, name = '', value = '']) => [name, plain(value)])
  return { ...hiddenIn(html, action), ...(Object.fromEntries(found) as Record<string, string>) }
}

test('"Edit and run again" keeps all that the submission said', async () => {
  const { submit, read, visitor } = scene()
  const said = {
    input: { n: ['"'] },
    tags: ['autumn', 'red & blue'],
    metadata: { order: '1042' },
    batch: 'shoes',
    callback: { url: 'https://shop.example/hooks', events: ['job.failed'] },
    retentionSeconds: 86_400,
    writes: 'propose',
    runAt: '2999-01-01T00:00:00.000Z',
  }
  const path = `/console/jobs/${await submit(said)}/edit`
  const { to } = await visitor.post(path, formOf((await visitor.get(path)).html, path))
  expect(await read((to ?? '').replace('/console', ''))).toMatchObject({ ...said, agent: 'writer' })
})

test('a job that made its writes makes them again; a key that may not ask for that leaves it to the agent', async () => {
  const { submit, visitor, signedIn, read } = scene()
  const path = `/console/jobs/${await submit({ writes: 'apply' })}/edit`
  const { to } = await visitor.post(path, formOf((await visitor.get(path)).html, path))
  expect(await read((to ?? '').replace('/console', ''))).toMatchObject({ writes: 'apply' })
  const submitter = await signedIn('default', ['read', 'submit'])
  expect((await submitter.get(path)).html).not.toContain('value="apply"')
  expect((await submitter.post(path, { agent: 'writer', input: '1' })).status).toBe(303)
})

test.each<[Record<string, string>, number, string]>([
  [{ input: '{' }, 400, 'The input is not JSON'],
  [{ input: '1', metadata: '[' }, 400, 'The metadata is not JSON'],
  [{ input: '1', agent: 'nobody' }, 404, 'nobody'],
  [{ input: '1', retentionSeconds: 'x' }, 400, 'retentionSeconds'],
  [{ input: '1', callback: 'no-url', events: 'nothing' }, 400, 'callback'],
])('a new job that is refused comes back as it was typed: %j', async (fields, status, problem) => {
  const { submit, visitor } = scene()
  const path = `/console/jobs/${await submit()}/edit`
  const refused = await visitor.post(path, { agent: 'writer', tags: TYPED, ...fields })
  expect(refused.status).toBe(status)
  expect(refused.html).toMatch(new RegExp(`role="alert">\\s*<p>[^<]*${problem}`, 'i'))
  expect(refused.html).toContain(SHOWN)
  for (const [name, value] of Object.entries(fields).filter(([name]) => name !== 'events'))
    expect(formOf(refused.html, path)[name]).toBe(value)
})

test('an edit or a rejection of a proposal that has changed comes back with what was typed', async () => {
  const { app, submit, visitor } = scene()
  await app.execute(await submit())
  const { proposals } = (await (await app.http.request('/proposals')).json()) as { proposals: { id: string }[] }
  const path = `/console/proposals/${proposals[0]?.id ?? ''}`
  const old = hiddenIn((await visitor.get(path)).html, `${path}/edit`)
  await visitor.post(`${path}/approve`, old)
  const edit = await visitor.post(`${path}/edit`, { ...old, after: TYPED })
  expect([edit.status, edit.html.includes('role="alert"')]).toEqual([412, true])
  expect(edit.html).toMatch(new RegExp(`<textarea[^>]*>\\n${SHOWN}</textarea`))
  const rejection = await visitor.post(`${path}/reject`, { ...old, reason: TYPED })
  expect([rejection.status, rejection.html.includes(`name="reason" maxlength="2000" value="${SHOWN}"`)]).toEqual([
    412,
    true,
  ])
  await visitor.post(`${path}/edit`, { ...hiddenIn(edit.html, `${path}/edit`), after: TYPED })
  await visitor.post(`${path}/apply`, hiddenIn((await visitor.get(path)).html, `${path}/apply`))
  const late = await visitor.post(`${path}/edit`, { ...old, after: TYPED })
  expect(late.html.split('What you wrote:')[1]).toContain(SHOWN)
})

test('a reason that is refused comes back beside its question, or alone where none waits any more', async () => {
  const { app, submit, visitor } = scene()
  await app.execute(await submit())
  const id = await submit()
  await app.execute(id)
  const long = 'x'.repeat(2001)
  const resolve = (call: string, reason: string) =>
    visitor.post(`/console/jobs/${id}/calls/${call}/resolve`, { outcome: 'rejected', reason })
  const refused = await resolve('b', long)
  expect([refused.status, refused.html.includes(`name="reason"`)]).toEqual([400, true])
  expect(refused.html).toContain(`value="${long}"`)
  const stray = await resolve('c', TYPED)
  expect([stray.status, stray.html.includes('What you wrote:')]).toEqual([404, true])
})
