import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { DEFAULT_TENANT } from '#domain/tenant/policy.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { ModelRequest, Models } from '#ports/model.ts'
import { answer, asks } from '#test/support/script.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { scene } from './batch-scene.ts'

const MODEL: Models = {
  check: () => undefined,
  call: ({ messages }: ModelRequest) => {
    const call = { id: 'a', name: 'describe', input: { handle: 'mug', text: 'New mug.' } }
    return Promise.resolve(messages.at(-1)?.role === 'tool' ? answer('Done.') : asks(call))
  },
}

/** An agent that proposes unless a batch or a schedule says otherwise. */
async function writing() {
  const shelf = new Shelf()
  shelf.texts.set('mug', 'Old mug.')
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [describeOn(shelf)] })
  const { app, create, upload, workOff, get } = await scene({}, { agent, models: MODEL })
  const send = async (request: string, body: unknown, scopes: readonly Scope[]): Promise<number> => {
    const [method = '', path = ''] = request.split(' ')
    const type = typeof body === 'string' ? 'application/x-ndjson' : 'application/json'
    const headers = { authorization: `Bearer ${await app.key(DEFAULT_TENANT, scopes)}`, 'content-type': type }
    const init = { method, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }
    return (await app.http.request(path, init)).status
  }
  return { app, shelf, create, upload, workOff, get, send }
}

const ITEM = '{"input": 1}\n'

test.each([
  ['apply', 'New mug.'],
  ['propose', 'Old mug.'],
])('each job of a batch writes as the batch says: %s', async (writes, text) => {
  const { shelf, create, upload, workOff, get } = await writing()
  const { id } = await create({ writes })
  await upload(id, 0, ITEM)
  await workOff(id)
  expect(await get(id)).toMatchObject({ writes, counts: { completed: 1 } })
  expect(shelf.texts.get('mug')).toBe(text)
})

test.each([
  ['apply', 'New mug.'],
  ['propose', 'Old mug.'],
])('each job of a schedule writes as the schedule says: %s', async (writes, text) => {
  const { app, shelf } = await writing()
  const body = JSON.stringify({ agent: 'writer', input: 1, when: { delaySeconds: 0 }, writes })
  const init = { method: 'PUT', body, headers: { 'content-type': 'application/json' } }
  expect(await (await app.http.request('/schedules/weekly', init)).json()).toMatchObject({ writes })
  await app.wakeSchedule(DEFAULT_TENANT, 'weekly')
  const { jobs } = (await (await app.http.request('/jobs')).json()) as { jobs: readonly { id: string }[] }
  for (const { id } of jobs) await app.execute(id)
  expect(shelf.texts.get('mug')).toBe(text)
})

test('a key that may not approve has nothing written by a batch or a schedule', async () => {
  const { create, send } = await writing()
  // While there are no keys.
  const [{ id }, { id: proposing }] = [await create({ writes: 'apply' }), await create()]
  const both = ['submit', 'approve'] as const
  const batch = { agent: 'writer', writes: 'apply' }
  const schedule = { agent: 'writer', input: 1, when: { everySeconds: 900 }, writes: 'apply' }
  expect([await send('POST /batches', batch, ['submit']), await send('POST /batches', batch, both)]).toEqual([403, 201])
  const put = 'PUT /schedules/weekly'
  expect([await send(put, schedule, ['submit']), await send(put, schedule, both)]).toEqual([403, 201])
  const items = `PUT /batches/${id}/items?from=0`
  expect([await send(items, ITEM, ['submit']), await send(items, ITEM, both)]).toEqual([403, 200])
  expect(await send(`PUT /batches/${proposing}/items?from=0`, ITEM, ['submit'])).toBe(200)
})
