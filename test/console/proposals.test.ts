import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { lengthBetween } from '#adapters/guards/length.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { consoleScene } from './console-scene.ts'
import { HOSTILE, expectHarmless } from './hostile.ts'

interface Listed {
  readonly id: string
  readonly version: number
  readonly jobId: string
  readonly status: string
  readonly after: string
}

/** Finished jobs, each of which proposes a text for a product of its own. */
async function scene(...products: readonly string[]) {
  const shelf = new Shelf()
  for (const product of products) shelf.texts.set(product, `Old ${product}.`)
  const tools = [describeOn(shelf, { guards: [lengthBetween(5, 200)], flags: { short: lengthBetween(12, 200) } })]
  const turns = products.flatMap((handle) => [
    asks({ id: 'a', name: 'describe', input: { handle, text: `New ${handle}.` } }),
    answer('Done.'),
  ])
  const made = consoleScene([defineAgent({ name: 'writer', instructions: '', tools })], new ListedModel(...turns))
  for (const product of products) {
    const submitted = await made.app.post('/jobs', { agent: 'writer', input: product, batch: 'autumn' })
    await made.app.execute(((await submitted.json()) as { id: string }).id)
  }
  const list = async (): Promise<readonly Listed[]> =>
    ((await (await made.app.http.request('/proposals')).json()) as { proposals: Listed[] }).proposals
  const [first] = await list()
  if (!first) throw new Error('Nothing was proposed.')
  return { ...made, shelf, list, first, path: `/console/proposals/${first.id}` }
}

test('both values stand side by side with the changed words marked, and hostile text is text', async () => {
  const { browser, path } = await scene(HOSTILE)
  for (const address of [path, '/console/proposals']) {
    const { html } = await browser().get(address)
    expect(html).toContain('<del>Old</del>')
    expect(html).toContain('<ins>New</ins>')
    expectHarmless(html)
  }
})

test('a list shows what its address says, and counts the other statuses with the rest of the filter', async () => {
  const { browser, first } = await scene('mug', 'a bowl of oak')
  const short = (await browser().get('/console/proposals?batch=autumn&flag=short')).html
  expect(short).toContain('product:mug')
  expect(short).not.toContain('product:a bowl of oak')
  expect(short).toContain('status=all&amp;batch=autumn&amp;flag=short')
  expect((await browser().get('/console/proposals?batch=winter')).html).toContain('There are no such proposals.')
  expect((await browser().get('/console/proposals?status=approved')).html).not.toContain(first.id)
})

test('it is approved, applied and undone by forms, which lead back to the list', async () => {
  const { app, browser, first, path, list, shelf } = await scene('mug')
  const visitor = browser()
  const stolen = await visitor.post(
    `${path}/approve`,
    { version: String(first.version) },
    { 'sec-fetch-site': 'cross-site' },
  )
  expect([stolen.status, (await list())[0]?.status]).toEqual([403, 'proposed'])
  const back = '/proposals?status=proposed'
  expect((await visitor.post(`${path}/approve`, { version: String(first.version), back })).to).toBe(`/console${back}`)
  const act = async (action: string, more: Record<string, string> = {}) =>
    visitor.post(`${path}/${action}`, { version: String((await list())[0]?.version), ...more })
  expect((await act('apply', { back: 'https://evil.example' })).to).toBe(path)
  await app.write(first.jobId)
  expect(shelf.texts.get('mug')).toBe('New mug.')
  expect((await visitor.get(path)).html).toContain('>Undo<')
  await act('undo')
  await app.write(first.jobId)
  expect(shelf.texts.get('mug')).toBe('Old mug.')
})

test('no one decides on what they have not seen', async () => {
  const { browser, first, path, list } = await scene('mug')
  const seen = { version: String(first.version) }
  await browser().post(`${path}/edit`, { ...seen, kind: 'text', after: 'A mug of stoneware.' })
  expect((await list())[0]).toMatchObject({ status: 'approved', after: 'A mug of stoneware.' })
  const late = await browser().post(`${path}/reject`, seen)
  expect([late.status, late.html.includes('proposal_changed')]).toEqual([412, true])
})

test('an edit that the guards refuse comes back with what was written and why', async () => {
  const { browser, first, path, list } = await scene('mug')
  const refused = await browser().post(`${path}/edit`, { version: String(first.version), kind: 'text', after: 'Tiny' })
  expect(refused.status).toBe(400)
  expect(refused.html).toMatch(/>\nTiny<\/textarea\s*>/)
  expect(refused.html).toContain('role="alert"')
  expect((await list())[0]?.status).toBe('proposed')
})

test('all that fit a filter are decided at once, with their number before, and none that came later', async () => {
  const { app, browser, list } = await scene('mug', 'cup', 'a bowl of oak')
  const { html } = await browser().get('/console/proposals?flag=short')
  expect(html).toContain('>Approve all 2<')
  // One alone has its own buttons.
  const one = (await browser().get('/console/proposals?target=product%3Amug')).html
  expect([one.match(/>Approve</g)?.length, one.includes('All that fit')]).toEqual([1, false])
  const [, before = ''] = /name="before" value="([^"]+)"/.exec(html) ?? []
  const started = await browser().post('/console/proposals/bulk', { action: 'approve', filter: 'flag=short', before })
  const [, id = ''] = /^\/console\/operations\/(op_\w+)$/.exec(started.to ?? '') ?? []
  await app.operate(id)
  expect((await list()).map(({ status }) => status).sort()).toEqual(['approved', 'approved', 'proposed'])
  const none = await browser().post('/console/proposals/bulk', {
    action: 'approve',
    filter: '',
    before: '2020-01-01T00:00:00.000Z',
  })
  expect((await browser().get(none.to ?? '')).html).not.toContain('Approve 1')
})

test('the timeline of its job says that the call proposes a write', async () => {
  const { browser, first } = await scene('mug')
  const { html } = await browser().get(`/console/jobs/${first.jobId}`)
  expect(html).toMatch(/describe<\/code> returned<\/b> <span class="dim">proposes a write/)
  expect(html).toMatch(/<b>Write proposed<\/b> <span class="dim"><code>describe<\/code> to product:mug/)
})

test('a sample says so, and leads to the rest', async () => {
  const { browser } = await scene('mug')
  const { html } = await browser().get('/console/proposals?sample=0.05&batch=autumn')
  expect(html).toContain('This is a sample')
  expect(html).toContain('href="/console/proposals?status=proposed&amp;batch=autumn"')
})

test('a key that may only read decides on nothing', async () => {
  const { app, signedIn, path } = await scene('mug')
  await app.key('other')
  const reader = await signedIn('default', ['read'])
  for (const address of [path, '/console/proposals'])
    expect((await reader.get(address)).html).not.toMatch(/>(Approve|Reject|Approve edited)</)
  expect((await reader.post(`${path}/approve`, { version: '1' })).status).toBe(403)
})
