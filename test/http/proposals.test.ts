import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { lengthBetween } from '#adapters/guards/length.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'

interface Proposal {
  readonly id: string
  readonly version: number
  readonly status: string
  readonly jobId: string
  readonly before: string
  readonly after: string
}

interface Page {
  readonly proposals: readonly Proposal[]
  readonly next_page_token?: string
}

/** Finished jobs, each of which proposes a text for a product of its own. */
async function proposing(products: readonly string[], writes?: 'apply') {
  const shelf = new Shelf()
  for (const product of products) shelf.texts.set(product, `Old ${product}.`)
  const flags = { short: lengthBetween(12, 90) }
  const tools = [describeOn(shelf, { guards: [lengthBetween(5, 90)], flags })]
  const agent = defineAgent({ name: 'writer', instructions: '', tools })
  const turns = products.flatMap((handle) => [
    asks({ id: 'a', name: 'describe', input: { handle, text: `New ${handle}.` } }),
    answer('Done.'),
  ])
  const app = testApp([agent], new ListedModel(...turns))
  for (const product of products) {
    const body = { agent: 'writer', input: product, batch: 'autumn', ...(writes && { writes }) }
    const { id } = (await (await app.post('/jobs', body)).json()) as { id: string }
    await app.execute(id)
  }
  const list = async (query = ''): Promise<Page> =>
    (await (await app.http.request(`/proposals${query}`)).json()) as Page
  const [first] = (await list()).proposals
  if (!first) throw new Error('Nothing was proposed.')
  const ask = async (
    path: string,
    body: unknown = '',
  ): Promise<{ status: number; body: Proposal & { code?: string } }> => {
    const response = await app.post(`/proposals/${first.id}/${path}`, body)
    return { status: response.status, body: (await response.json()) as Proposal }
  }
  return { app, shelf, list, ask, first }
}

test('proposals are listed with both values, by pages and by filters', async () => {
  const { app, list } = await proposing(['mug', 'cup', 'a bowl of oak'])
  const page = await list('?page_size=2&batch=autumn&status=proposed,approved')
  expect(page.proposals).toHaveLength(2)
  const rest = await list(`?page_size=2&batch=autumn&page_token=${page.next_page_token ?? ''}`)
  expect(rest.proposals).toHaveLength(1)
  const texts = [...page.proposals, ...rest.proposals].map(({ before, after }) => [before, after])
  expect(texts).toContainEqual(['Old mug.', 'New mug.'])
  expect((await list('?flag=short')).proposals).toHaveLength(2)
  expect((await list('?status=applied')).proposals).toEqual([])
  const counts = async (query: string): Promise<unknown> => (await app.http.request(`/proposals/counts${query}`)).json()
  expect(await counts('?batch=autumn')).toMatchObject({ counts: { proposed: 3 }, ready: { proposed: 3 }, total: 3 })
  expect(await counts('?flag=short&status=proposed')).toMatchObject({ total: 2 })
  expect((await list(`?job=${page.proposals[0]?.jobId ?? ''}`)).proposals).toHaveLength(1)
})

test('a proposal is approved, applied and undone over HTTP; each is harmless to repeat', async () => {
  const { app, ask, first, shelf } = await proposing(['mug'])
  for (let times = 0; times < 2; times++)
    expect(await ask('approve', {})).toMatchObject({ status: 200, body: { status: 'approved' } })
  for (let times = 0; times < 2; times++)
    expect(await ask('apply')).toMatchObject({ status: 200, body: { status: 'applying' } })
  await app.write(first.jobId)
  expect(shelf.texts.get('mug')).toBe('New mug.')
  expect(await ask('undo')).toMatchObject({ body: { status: 'undoing', requestedBy: { kind: 'keyless' } } })
  await app.write(first.jobId)
  expect(shelf.texts.get('mug')).toBe('Old mug.')
  const shown = await app.http.request(`/proposals/${first.id}`)
  expect(await shown.json()).toMatchObject({ status: 'undone', expiresAt: expect.any(String) as string })
})

test('an edited text passes the guards again', async () => {
  const { ask } = await proposing(['mug'])
  expect(await ask('approve', { after: 'x' })).toMatchObject({ status: 400, body: { code: 'proposal_refused' } })
  expect(await ask('approve', { after: 'A mug of stoneware.' })).toMatchObject({
    status: 200,
    body: { after: 'A mug of stoneware.', suggested: 'New mug.', flags: [] },
  })
})

test('what does not fit how it stands is refused, and says how it stands', async () => {
  const { app, ask } = await proposing(['mug'])
  expect(await ask('apply')).toMatchObject({ status: 409, body: { code: 'proposal_conflict' } })
  expect(await ask('reject', { reason: 'too short' })).toMatchObject({
    body: { status: 'rejected', reason: 'too short' },
  })
  const unknown = 'prop_01KASH2V8ZQ5D3N6W7X8Y9Z0AB_7X8Y9Z_1'
  expect((await app.post(`/proposals/${unknown}/apply`, '')).status).toBe(404)
  expect((await app.http.request('/proposals/nothing')).status).toBe(404)
})

test('a job in mode apply writes at once, and its write is listed and undone', async () => {
  const { app, ask, first, shelf } = await proposing(['mug'], 'apply')
  expect(shelf.texts.get('mug')).toBe('New mug.')
  expect(first).toMatchObject({ status: 'applied', mode: 'apply' })
  await ask('undo')
  await app.write(first.jobId)
  expect(shelf.texts.get('mug')).toBe('Old mug.')
})

test('a decision on a version that another has changed is refused, and its own repeat is not', async () => {
  const { app, first } = await proposing(['mug'])
  const shown = await app.http.request(`/proposals/${first.id}`)
  const seen = shown.headers.get('etag') ?? ''
  expect(seen).toBe(`"${String(first.version)}"`)
  const send = async (action: string, body: unknown, ifMatch: string) => {
    const authorization = `Bearer ${await app.key('default', ['read', 'approve'])}`
    const headers = { authorization, 'content-type': 'application/json', 'if-match': ifMatch }
    const response = await app.post(`/proposals/${first.id}/${action}`, body, headers)
    return { status: response.status, etag: response.headers.get('etag'), body: (await response.json()) as object }
  }
  const edited = await send('approve', { after: 'A mug of oak.' }, seen)
  expect(edited).toMatchObject({ status: 200, body: { after: 'A mug of oak.' } })
  for (const [action, body] of [
    ['approve', {}],
    ['reject', {}],
    ['apply', ''],
  ] as const) {
    expect(await send(action, body, seen)).toMatchObject({
      status: 412,
      body: {
        code: 'proposal_changed',
        detail: expect.stringContaining(`version ${edited.etag?.replaceAll('"', '') ?? ''}`) as string,
      },
    })
  }
  expect(await send('approve', { after: 'A mug of oak.' }, '*')).toMatchObject({ status: 200, etag: edited.etag })
  expect(await send('apply', '', 'W/"7"')).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  expect(await send('apply', '', edited.etag ?? '')).toMatchObject({ status: 200, body: { status: 'applying' } })
})

test('decisions need the scope approve, and reading needs read', async () => {
  const { app, first } = await proposing(['mug'])
  const headers = async (scope: Scope) => ({
    authorization: `Bearer ${await app.key('default', [scope])}`,
    'content-type': 'application/json',
  })
  const [read, approve] = [await headers('read'), await headers('approve')]
  const both = async () => ({ ...approve, authorization: `Bearer ${await app.key('default', ['read', 'approve'])}` })
  expect((await app.http.request('/proposals', { headers: approve })).status).toBe(403)
  expect((await app.post(`/proposals/${first.id}/approve`, {}, read)).status).toBe(403)
  const approved = await app.post(`/proposals/${first.id}/approve`, {}, approve)
  expect(approved.status).toBe(200)
  expect(Object.keys((await approved.json()) as object)).not.toContain('after')
  const seen = await app.post(`/proposals/${first.id}/approve`, {}, await both())
  expect(Object.keys((await seen.json()) as object)).toContain('after')
  expect((await app.http.request('/proposals', { headers: read })).status).toBe(200)
})

test('a key that may only submit leaves it to the agent whether its jobs write', async () => {
  const { app } = await proposing(['mug'])
  const submit = async (scopes: readonly Scope[]) => {
    const headers = { authorization: `Bearer ${await app.key('default', scopes)}`, 'content-type': 'application/json' }
    return (await app.post('/jobs', { agent: 'writer', input: 'mug', writes: 'apply' }, headers)).status
  }
  expect(await submit(['submit'])).toBe(403)
  expect(await submit(['submit', 'approve'])).toBe(202)
})

test('an operation approves, applies and undoes what fits a filter, and a sample stays the same', async () => {
  const products = Array.from({ length: 12 }, (_, n) => `product ${String(n)}`)
  const { app, list, shelf } = await proposing(products)
  const operate = async (body: object): Promise<{ done: number; skipped: number; total: number }> => {
    const { id } = (await (await app.post('/operations', body)).json()) as { id: string }
    await app.operate(id)
    for (const { jobId } of (await list('?page_size=100')).proposals) await app.write(jobId)
    return (await (await app.http.request(`/operations/${id}`)).json()) as {
      done: number
      skipped: number
      total: number
    }
  }
  const filter = { batch: 'autumn', sample: 0.5 }
  const { done, total } = await operate({ action: 'approve', filter })
  expect([done, total]).toEqual([(await list('?sample=0.5')).proposals.length, done])
  expect(await operate({ action: 'apply', filter: { batch: 'autumn' } })).toMatchObject({ done, skipped: 0 })
  expect([...shelf.texts.values()].filter((text) => text.startsWith('New'))).toHaveLength(done)
  expect(await operate({ action: 'undo', filter: { batch: 'autumn' } })).toMatchObject({ done, skipped: 0 })
  expect([...shelf.texts.values()].filter((text) => text.startsWith('New'))).toEqual([])
  const rest = await operate({ action: 'reject', reason: 'not now', filter: { status: ['proposed'] } })
  expect(rest.done).toBe(products.length - done)
})

test('a bulk delete skips a job whose proposal is being applied', async () => {
  const { app, ask, first, list } = await proposing(['mug', 'cup'])
  await ask('approve', {})
  await ask('apply')
  const started = await app.post('/operations', { action: 'delete', filter: { batch: 'autumn' } })
  const { id } = (await started.json()) as { id: string }
  await app.operate(id)
  expect(await (await app.http.request(`/operations/${id}`)).json()).toMatchObject({ done: 1, skipped: 1 })
  expect((await list()).proposals).toMatchObject([{ id: first.id, status: 'applying' }])
})
