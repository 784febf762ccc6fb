import { describe, expect, test } from 'vitest'
import { lines, scene } from './batch-scene.ts'
import type { CallbackOutcome } from '#ports/callback-sender.ts'
import { Receiver, callback } from './receiver.ts'

const HOUR_MS = 3_600_000
/** More than any of these batches needs. */
const MOST_WAKES = 10_000

interface Told {
  readonly type: string
  readonly data: { readonly batchId: string; readonly next: number; readonly counts: Record<string, number> }
}

/** Lets something happen once, while a wake waits for its answer. */
class MeanwhileReceiver extends Receiver {
  meanwhile: () => Promise<unknown> = () => Promise.resolve()

  override async send(...sent: Parameters<Receiver['send']>): Promise<CallbackOutcome> {
    const outcome = await super.send(...sent)
    const { meanwhile } = this
    this.meanwhile = () => Promise.resolve()
    await meanwhile()
    return outcome
  }
}

/** A receiver that fails its first answers, and what it has got. */
async function withReceiver(failures = 0) {
  const receiver = new MeanwhileReceiver(...Array<number>(failures).fill(500))
  const got = () => receiver.messages.slice(failures).map(({ body }) => JSON.parse(body) as Told)
  const world = await scene({ sender: receiver, policy: { callbackSecrets: [`whsec_${'A'.repeat(40)}`] } })
  const { id } = await world.create({ callback, retentionSeconds: HOUR_MS / 1000 })
  /** Wakes the batch whenever it is due, for so long. */
  const pass = async (ms: number): Promise<void> => {
    const { clock, batches } = world.app
    const end = clock.now() + ms
    for (let wakes = 0; ; wakes++) {
      if (wakes > MOST_WAKES) throw new Error('The batch is woken without end.')
      const at = await batches.wake(id)
      if (at === null || at > end) {
        await clock.advance(end - clock.now())
        return
      }
      await clock.advance(Math.max(0, at - clock.now()))
    }
  }
  return { ...world, id, got, pass, receiver }
}

describe('the callback of a batch', () => {
  test('says once that an open batch has had no lines for an hour, and again after the next pause', async () => {
    const { id, got, pass, upload } = await withReceiver()
    await pass(HOUR_MS - 1000)
    expect(got()).toEqual([])
    await pass(2 * HOUR_MS)
    expect(got()).toMatchObject([{ type: 'batch.idle', data: { batchId: id, next: 0 } }])
    await upload(id, 0, lines(1))
    await pass(2 * HOUR_MS)
    expect(got().map(({ type, data }) => [type, data.next])).toEqual([
      ['batch.idle', 0],
      ['batch.idle', 1],
    ])
  })

  test('that waits behind one whose receiver is down wakes the batch no more often', async () => {
    const { id, got, pass, upload } = await withReceiver(6)
    await pass(2 * HOUR_MS)
    await upload(id, 0, lines(1))
    await pass(26 * HOUR_MS)
    expect(got().map(({ data }) => data.next)).toEqual([0, 1])
  })

  test('comes once at the end, however often its receiver was down', async () => {
    const { id, got, pass, upload, post, workOff } = await withReceiver(3)
    await upload(id, 0, lines(2))
    await post(id, 'close')
    await workOff(id)
    await pass(2 * HOUR_MS)
    expect(got()).toMatchObject([{ type: 'batch.completed', data: { counts: { completed: 2 } } }])
  })
})

describe('a batch whose retention is over', () => {
  test('is gone with its items, and an open one is kept', async () => {
    const { id, pass, upload, post, workOff, app } = await withReceiver()
    await upload(id, 0, lines(1200))
    await pass(3 * HOUR_MS)
    expect((await app.http.request(`/batches/${id}`)).status).toBe(200)
    await post(id, 'cancel')
    await workOff(id)
    await pass(HOUR_MS - 60_000)
    expect((await app.http.request(`/batches/${id}/items`)).status).toBe(200)
    await pass(120_000)
    expect((await app.http.request(`/batches/${id}`)).status).toBe(404)
    expect((await app.http.request(`/batches/${id}/items`)).status).toBe(404)
  })

  test('is kept until its message has arrived, also where a try fails after that', async () => {
    const { id, got, pass, upload, post, workOff, app } = await withReceiver(5)
    await upload(id, 0, lines(1))
    await post(id, 'close')
    await workOff(id)
    await pass(3 * HOUR_MS)
    expect((await app.http.request(`/batches/${id}`)).status).toBe(200)
    await pass(6 * HOUR_MS)
    expect(got()).toMatchObject([{ type: 'batch.completed' }])
    expect((await app.http.request(`/batches/${id}`)).status).toBe(404)
  })
})

describe('a batch that is being deleted', () => {
  test('is gone for callers from the first slice on, also where the process dies after it', async () => {
    const { id, upload, post, workOff, app, json } = await withReceiver()
    await upload(id, 0, lines(1200))
    await post(id, 'cancel')
    await workOff(id)
    await workOff(id)
    await workOff(id)
    await app.batches.wake(id)
    await app.clock.advance(2 * HOUR_MS)
    await app.batches.wake(id)
    const paths = ['', '/items', '/results', '/events'].map((path) => `/batches/${id}${path}`)
    const statuses = await Promise.all(paths.map(async (path) => (await app.http.request(path)).status))
    expect(statuses).toEqual([404, 404, 404, 404])
    for (const action of ['close', 'cancel', 'retry-failed']) expect((await post(id, action)).status).toBe(404)
    expect(await json('/batches')).toEqual({ batches: [] })
    while ((await app.batches.wake(id)) !== null);
    expect(await json('/batches')).toEqual({ batches: [] })
  })
})

describe('an open batch that gets no lines for seven days', () => {
  test('is closed, and ends', async () => {
    const { id, pass, upload, workOff, get, got } = await withReceiver()
    await upload(id, 0, lines(1))
    await workOff(id)
    await pass(7 * 24 * HOUR_MS - 1000)
    expect(await get(id)).toMatchObject({ status: 'open' })
    await pass(HOUR_MS / 2)
    expect(await get(id)).toMatchObject({ status: 'completed', counts: { completed: 1 } })
    expect((await upload(id, 1, lines(1))).status).toBe(409)
    expect(got().map(({ type }) => type)).toEqual(['batch.idle', 'batch.completed'])
  })
})

describe('a command that comes in the middle of a wake', () => {
  test('is not undone by the wake: what is paused releases nothing', async () => {
    const { id, pass, upload, post, get, receiver } = await withReceiver()
    receiver.meanwhile = async () => {
      await post(id, 'pause')
      await upload(id, 0, lines(1))
    }
    await pass(HOUR_MS)
    expect(await get(id)).toMatchObject({ status: 'paused', counts: { pending: 1, running: 0 } })
  })

  test('retries what its retention has not deleted yet, and then it is not deleted', async () => {
    const { id, pass, upload, post, get, workOff, receiver, app } = await withReceiver(1)
    await upload(id, 0, '{"input": {"sku": "broken"}}')
    await post(id, 'close')
    await workOff(id)
    await app.batches.wake(id)
    receiver.meanwhile = async () => {
      expect(await post(id, 'retry-failed')).toMatchObject({ status: 200 })
      await app.clock.advance(HOUR_MS)
    }
    await pass(60_000)
    expect(await get(id)).toMatchObject({ status: 'running', next: 1 })
  })

  test('retries nothing whose retention is over', async () => {
    const { id, pass, upload, post, workOff, receiver, app } = await withReceiver(1)
    await upload(id, 0, '{"input": {"sku": "broken"}}')
    await post(id, 'close')
    await workOff(id)
    await app.batches.wake(id)
    let status = 0
    receiver.meanwhile = async () => {
      await app.clock.advance(HOUR_MS)
      status = (await post(id, 'retry-failed')).status
    }
    await pass(60_000)
    expect(status).toBe(404)
  })
})

describe('GET /batches/{id}/events', () => {
  test('sends the progress when it has changed, at most once a second, to the end', async () => {
    const { app, create, upload, post, workOff } = await scene()
    const { id } = await create()
    const response = await app.http.request(`/batches/${id}/events`)
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const next = async (): Promise<{ next: number; status: string }> => {
      const { value = '' } = (await reader?.read()) ?? {}
      return JSON.parse(/^event: progress\ndata: (.*)\n/.exec(value)?.[1] ?? '{}') as { next: number; status: string }
    }
    expect(await next()).toMatchObject({ next: 0, status: 'open' })
    const second = next()
    await upload(id, 0, lines(1))
    await upload(id, 1, lines(2).split('\n')[1] ?? '')
    await app.clock.advance(1000)
    expect(await second).toMatchObject({ next: 2 })
    const last = next()
    await post(id, 'close')
    await workOff(id)
    await app.clock.advance(1000)
    expect(await last).toMatchObject({ status: 'completed' })
    expect((await reader?.read())?.done).toBe(true)
  })
})
