import { expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineWebhook } from '#domain/webhook/webhook.ts'
import { routes } from '#test/support/contract.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { Receiver, callback } from './receiver.ts'

const SECRET = 'of the house'

/** Routes whose parameter names what all tenants share, or what proves its sender in another way. */
const SHARED = [/^\/agents\//, /^\/errors\//, /^\/webhooks\/{source}$/]

/** An id of the same form that exists nowhere. */
const nowhere = (id: string): string => id.replace(/[0-9A-Za-z]+$/, (tail) => '0'.repeat(tail.length))

const work = { agent: 'writer', input: SECRET }

/** What a route needs to get as far as the look-up. */
const BODIES: Readonly<Record<string, object | string>> = {
  'POST /jobs/{id}/calls/{callId}/resolve': { outcome: 'fail' },
  'PUT /schedules/{id}': { ...work, input: 1, when: { cron: '0 7 * * *', timeZone: 'Europe/Stockholm' } },
  'POST /schedules/{id}/backfill': { from: '2026-09-13T00:00:00Z', to: '2026-09-14T00:00:00Z' },
  'PUT /batches/{id}/items': '{"key":"a","input":1}\n',
  'POST /proposals/{id}/approve': {},
  'POST /proposals/{id}/reject': {},
}

type Ask = (method: string, path: string, body?: object | string) => Promise<{ status: number; text: string }>

function as(app: TestApp, key: string): Ask {
  return async (method, path, body) => {
    const lines = typeof body === 'string'
    const response = await app.http.request(path, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': lines ? 'application/x-ndjson' : 'application/json' }),
      },
      ...(body !== undefined && { body: lines ? body : JSON.stringify(body) }),
    })
    return { status: response.status, text: await response.text() }
  }
}

interface Found {
  readonly id: string
}

interface Street {
  readonly app: TestApp
  readonly house: Ask
  readonly neighbour: Ask
  /** What the house has, by the name of its parameter in a path. */
  readonly ids: Readonly<Record<string, string>>
}

/** A house that has one of each, and a neighbour. */
async function street(): Promise<Street> {
  const shelf = new Shelf()
  shelf.texts.set('mug', SECRET)
  const writer = defineAgent({ name: 'writer', instructions: '', tools: [describeOn(shelf)] })
  const proposes = [
    asks({ id: 'call-house', name: 'describe', input: { handle: 'mug', text: `New ${SECRET}.` } }),
    answer(SECRET),
  ]
  const hook = defineWebhook({
    name: 'house-hook',
    tenant: 'house',
    verify: () => ({ eventId: 'e-1', topic: 'order', payload: { note: SECRET } }),
    handle: () => [],
  })
  const app = testApp([writer], new ListedModel(...proposes, answer(SECRET)), {
    sender: new Receiver(),
    webhooks: [hook],
  })
  const house = as(app, await app.key('house'))
  const neighbour = as(app, await app.key('neighbour'))
  const made = async (...request: Parameters<Ask>): Promise<string> =>
    (JSON.parse((await house(...request)).text) as Found).id
  const firstOf = async (path: string): Promise<string> => {
    const [list] = Object.values(JSON.parse((await house('GET', path)).text) as Record<string, readonly Found[]>)
    if (!list?.[0]) throw new Error(`Nothing at ${path}.`)
    return list[0].id
  }

  const job = await made('POST', '/jobs', { ...work, callback, batch: SECRET })
  await app.execute(job)
  await app.deliver(job)
  const batch = await made('POST', '/batches', { agent: 'writer', name: SECRET, callback })
  await house('PUT', `/batches/${batch}/items?from=0`, `{"key":"${SECRET}","input":1}\n`)
  await house('POST', `/batches/${batch}/cancel`)
  await app.batches.rest()
  await app.batches.wake(batch)
  await app.batches.wake(batch)
  const operation = await made('POST', '/operations', { action: 'cancel', filter: { tag: SECRET } })
  await house('PUT', '/schedules/house-plan', BODIES['PUT /schedules/{id}'])
  await house('POST', '/webhooks/house-hook', {})
  const ids = {
    '/jobs/{id}': job,
    '/jobs/{id}/calls/{callId}': 'call-house',
    '/jobs/{id}/deliveries/{deliveryId}': await firstOf(`/jobs/${job}/deliveries`),
    '/operations/{id}': operation,
    '/schedules/{id}': 'house-plan',
    '/webhooks/{source}': 'house-hook',
    '/webhooks/{source}/events/{id}': await firstOf('/webhooks/house-hook/events'),
    '/batches/{id}': batch,
    '/batches/{id}/deliveries/{deliveryId}': await firstOf(`/batches/${batch}/deliveries`),
    '/proposals/{id}': await firstOf('/proposals'),
    '/keys/{id}': await firstOf('/keys'),
  }
  return { app, house, neighbour, ids }
}

/** The path with an id for each parameter, of this house or of none. */
function filled(path: string, ids: Street['ids'], change: (id: string) => string = (id) => id): string {
  return path.replaceAll(/{\w+}/g, (parameter, at: number) => {
    const id = ids[path.slice(0, at + parameter.length)]
    if (id === undefined) throw new Error(`Say in this test what the house has for ${path}.`)
    return change(id)
  })
}

const ownedRoutes = routes
  .filter(({ path }) => !SHARED.some((shared) => shared.test(path)))
  .map(({ method, path }) => ({ name: `${method} ${path}`, method, path }))

/** Comes last: the neighbour has a schedule of the same name from then on. */
const PUT_SCHEDULE = 'PUT /schedules/{id}'

/** All that the house can see of its own. */
async function seen({ house, ids }: Street): Promise<Record<string, string>> {
  const shown: Record<string, string> = {}
  for (const { method, path } of ownedRoutes)
    if (method === 'GET' && path !== '/openapi.json') shown[path] = (await house(method, filled(path, ids))).text
  return shown
}

test('a neighbour cannot tell an id of the house from none, on any route, and changes nothing', async () => {
  const here = await street()
  const before = await seen(here)
  const named = ownedRoutes.filter(({ path }) => path.includes('{'))
  for (const { name, method, path } of named.sort(
    (a, b) => Number(a.name === PUT_SCHEDULE) - Number(b.name === PUT_SCHEDULE),
  )) {
    const query = name === 'PUT /batches/{id}/items' ? '?from=1' : ''
    const answers = async (change?: (id: string) => string) => {
      const asked = filled(path, here.ids, change)
      const { status, text } = await here.neighbour(method, asked + query, BODIES[name])
      const blind = Object.values(here.ids).reduce((said, id) => said.replaceAll(change?.(id) ?? id, 'ID'), text)
      return { name, status, said: blind }
    }
    const real = await answers()
    expect(real).toEqual(await answers(nowhere))
    // A schedule's id is the client's own choice, so that a neighbour gets one of the same name.
    expect(real).toMatchObject({ status: name === PUT_SCHEDULE ? 201 : 404 })
    expect(real.said).not.toContain(SECRET)
  }
  expect(await seen(here)).toEqual(before)
})

test("lists, counts and what is done to all show and touch what is the caller's own", async () => {
  const here = await street()
  const before = await seen(here)
  const hers = new RegExp([SECRET, ...Object.values(here.ids).filter((id) => id.includes('_'))].join('|'))
  const lists = routes.filter(({ method, path }) => method === 'GET' && !path.includes('{'))
  for (const path of [...lists.map((list) => list.path), `/proposals?job=${here.ids['/jobs/{id}'] ?? ''}`])
    expect((await here.neighbour('GET', path)).text).not.toMatch(hers)
  for (const filter of [{}, { batch: SECRET }, { agent: 'writer' }])
    for (const action of ['cancel', 'retry', 'delete']) {
      const { text } = await here.neighbour('POST', '/operations', { action, filter })
      await here.app.operate((JSON.parse(text) as Found).id)
    }
  expect(await seen(here)).toEqual(before)
})
