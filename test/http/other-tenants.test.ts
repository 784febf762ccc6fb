import { beforeAll, describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { defineWebhook } from '#domain/webhook/webhook.ts'
import { contract, routes } from '#test/support/contract.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { Receiver, callback } from './receiver.ts'

/** In everything that the owner stores. */
const SECRET = 'amber-kestrel'
const KEY_ID = /[0-9a-f]{16}/g
const WHEN = { cron: '0 7 * * *', timeZone: 'Europe/Stockholm' }
const CALL = 'call-of-the-owner'

/** What each path parameter is of the owner's things, and an id of the same form that is of nothing. */
type Ids = Readonly<Record<string, { readonly real: string; readonly none: string }>>

/** The routes whose parameter names nothing of a tenant. */
const SHARED = /^\/(errors|agents)\/|^\/webhooks\/\{source\}$/
/** The caller chooses its ids: another tenant has a schedule of its own under the same one. */
const CHOSEN = 'PUT /schedules/{id}'

const withoutParameters = routes.filter(({ method, path }) => method === 'GET' && !path.includes('{'))
const withParameters = routes.filter(
  ({ method, path }) => path.includes('{') && !SHARED.test(path) && `${method} ${path}` !== CHOSEN,
)
const named = (all: typeof routes) => all.map(({ method, path }) => [method, path] as const)

const none = (id: string): string => id.replace(/[0-9A-Z]{26}/, '01M83QK8XSJ513P1WPKNW38GPN')

interface Said {
  readonly body?: unknown
  readonly type?: string
  /** As `If-None-Match`. */
  readonly etag?: string | null
}

function fail(path: string, said: unknown): never {
  throw new Error(`${path}: ${JSON.stringify(said)}`)
}

/** A server, and callers of it. */
function open() {
  const shelf = new Shelf()
  shelf.texts.set('mug', `Old ${SECRET}`)
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [describeOn(shelf)] })
  const turn = [asks({ id: CALL, name: 'describe', input: { handle: 'mug', text: SECRET } }), answer(SECRET)]
  const event = { eventId: 'e-1', topic: SECRET, payload: {}, occurredAt: T0 }
  const hook = defineWebhook({ name: 'shop', tenant: 'acme', verify: () => event, handle: () => [] })
  const app = testApp([agent], new ListedModel(...turn), { sender: new Receiver(), webhooks: [hook] })
  const caller = async (tenant: string) => {
    const authorization = `Bearer ${await app.key(tenant)}`
    return (method: string, path: string, { body, etag, type = 'application/json' }: Said = {}) => {
      const typed = body !== undefined && { 'content-type': type }
      const headers = { authorization, ...typed, ...(etag && { 'if-none-match': etag }) }
      const init = { method, headers }
      return app.http.request(path, { ...init, ...(body !== undefined && { body: JSON.stringify(body) }) })
    }
  }
  return { app, caller }
}

/** An owner with one thing of each kind, and a neighbour. */
async function scene() {
  const { app, caller } = open()
  const owner = await caller('acme')
  const made = async (path: string, body: unknown): Promise<string> => {
    const { id, ...rest } = (await (await owner('POST', path, { body })).json()) as { id?: string }
    return id ?? fail(path, rest)
  }
  const first = async (path: string): Promise<string> => {
    const listed = (await (await owner('GET', path)).json()) as Record<string, { id: string }[]>
    return Object.values(listed)[0]?.[0]?.id ?? fail(path, listed)
  }
  const work = { agent: 'writer', input: SECRET, tags: [SECRET], batch: SECRET, callback }
  const job = await made('/jobs', work)
  await app.execute(job)
  await app.deliver(job)
  const operation = await made('/operations', { action: 'cancel', filter: { tag: SECRET } })
  const planned = { agent: 'writer', input: SECRET, tags: [SECRET], when: WHEN }
  const schedule = await owner('PUT', `/schedules/${SECRET}`, { body: planned })
  if (schedule.status !== 201) fail('/schedules', await schedule.json())
  const batch = await made('/batches', { agent: 'writer', name: SECRET, callback })
  await owner('POST', `/batches/${batch}/cancel`)
  await app.batches.wake(batch)
  await made('/webhooks/shop', {})
  const ids: Ids = Object.fromEntries(
    Object.entries({
      '/jobs/{id}': job,
      '/jobs/{callId}': CALL,
      '/jobs/{deliveryId}': await first(`/jobs/${job}/deliveries`),
      '/operations/{id}': operation,
      '/schedules/{id}': SECRET,
      '/webhooks/{source}': 'shop',
      '/webhooks/{id}': await first('/webhooks/shop/events'),
      '/batches/{id}': batch,
      '/batches/{deliveryId}': await first(`/batches/${batch}/deliveries`),
      '/proposals/{id}': await first('/proposals'),
      '/keys/{id}': await first('/keys'),
    }).map(([name, real]) => [name, { real, none: /[0-9A-Z]{26}/.test(real) ? none(real) : 'of-nothing' }]),
  )
  return { app, owner, neighbour: await caller('other'), ids }
}

/** The path with ids of the owner's things, or of nothing. */
function filled(path: string, ids: Ids, which: 'real' | 'none'): string {
  const root = path.split('/', 2).join('/')
  return path.replaceAll(/\{\w+\}/g, (parameter) => {
    const id = ids[`${root}/${parameter}`]?.[which]
    if (id === undefined) throw new Error(`This test has nothing of a tenant's for ${parameter} of ${path}.`)
    return id
  })
}

interface Body {
  readonly content: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>
}

type Schemas = Readonly<Record<string, { readonly examples?: readonly unknown[] }>>

/** What the contract shows as the body of a request, so that only the path can be refused. */
function bodyOf(method: string, path: string): Said {
  const body = contract.paths?.[path]?.[method.toLowerCase() as 'post']?.requestBody as Body | undefined
  if (!body) return {}
  const [[type, { schema }] = fail(path, body)] = Object.entries(body.content)
  return { type, body: exampleOf(schema.$ref) ?? {} }
}

function exampleOf(ref = ''): unknown {
  return (contract.components?.schemas as Schemas)[ref.split('/').at(-1) ?? '']?.examples?.[0]
}

describe('of what a tenant has, another', () => {
  let world: Awaited<ReturnType<typeof scene>>
  beforeAll(async () => {
    world = await scene()
  })

  test.each(named(withParameters))('cannot tell it from nothing: %s %s', async (method, path) => {
    const { neighbour, owner, ids } = world
    const mine = method === 'GET' ? await owner(method, filled(path, ids, 'real')) : null
    if (mine) expect(mine.status).toBe(200)
    const etag = mine?.headers.get('etag') ?? null
    const said = { ...bodyOf(method, path), etag }
    const answers = (['real', 'none'] as const).map(async (which) => {
      const response = await neighbour(method, filled(path, ids, which), said)
      const text = await response.text()
      const longest = Object.values(ids).toSorted((a, b) => b[which].length - a[which].length)
      return { status: response.status, text: longest.reduce((rest, id) => rest.replaceAll(id[which], 'ID'), text) }
    })
    const [real, none] = await Promise.all(answers)
    expect(real).toMatchObject({ status: 404 })
    expect(real).toEqual(none)
  })

  test('keeps its schedule when a neighbour makes one under its id', async () => {
    const { neighbour, owner } = world
    const path = `/schedules/${SECRET}`
    const before: unknown = await (await owner('GET', path)).json()
    const body = { agent: 'writer', input: 1, when: WHEN }
    expect((await neighbour('PUT', path, { body })).status).toBe(201)
    expect((await neighbour('DELETE', path)).status).toBe(200)
    expect(await (await owner('GET', path)).json()).toEqual(before)
  })

  test.each(named(withoutParameters))('finds what it would find alone: %s %s', async (method, path) => {
    const { neighbour, owner } = world
    const etag = (await owner(method, path)).headers.get('etag')
    const shown = async (ask: typeof neighbour): Promise<string> => {
      const response = await ask(method, path, { etag })
      return `${String(response.status)} ${(await response.text()).replaceAll(KEY_ID, 'ID')}`
    }
    expect(await shown(neighbour)).toBe(await shown(await open().caller('other')))
  })
})
