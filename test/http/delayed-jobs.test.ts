import { describe, expect, test } from 'vitest'
import { defineAgent } from '#domain/agent/agent.ts'
import { T0 } from '#test/support/fixtures.ts'
import { ListedModel, answer } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const HOUR_MS = 3_600_000
const writer = defineAgent({ name: 'writer', instructions: '', jobTimeoutMs: HOUR_MS })
const work = { agent: 'writer', input: 'hello' }
const later = new Date(T0 + HOUR_MS).toISOString()

interface Body {
  readonly id: string
  readonly status: string
  readonly runAt?: string
  readonly startedAt?: string
  readonly code?: string
  readonly errors?: readonly string[]
  readonly detail?: string
}

function world() {
  const app = testApp([writer], new ListedModel(answer('Hi.')))
  const submit = async (fields: object, headers: Record<string, string> = {}) => {
    const response = await app.post('/jobs', { ...work, ...fields }, { 'content-type': 'application/json', ...headers })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
  }
  const job = async (id: string) => (await (await app.http.request(`/jobs/${id}`)).json()) as Body
  return { ...app, submit, job }
}

describe('a job that is submitted to begin later', () => {
  test.each([
    { name: 'runAt', fields: { runAt: later } },
    { name: 'runAt in another zone', fields: { runAt: later.replace('Z', '+02:00') }, shiftMs: -2 * HOUR_MS },
    { name: 'delaySeconds', fields: { delaySeconds: 3600 } },
  ])('by $name is queued until then', async ({ fields, shiftMs = 0 }) => {
    const { submit } = world()
    const { status, body } = await submit(fields)
    expect(status).toBe(202)
    expect(body.status).toBe('queued')
    // Two hours before it is in the past: it begins at once, and there is nothing to show.
    expect(body.runAt).toBe(shiftMs === 0 ? later : undefined)
  })

  test('begins at its time and not before, and has its whole time limit from then on', async () => {
    const { submit, job, execute, clock } = world()
    const { id } = (await submit({ delaySeconds: 3600 })).body
    await clock.advance(HOUR_MS - 1)
    await execute(id)
    expect(await job(id)).toMatchObject({ status: 'queued', runAt: later })
    await clock.advance(1)
    await execute(id)
    const done = await job(id)
    expect(done).toMatchObject({ status: 'completed', startedAt: later })
    expect(done.runAt).toBeUndefined()
  })

  test('fails when its time limit has passed since its time, not since its submission', async () => {
    const { submit, job, execute, clock } = world()
    const { id } = (await submit({ delaySeconds: 3600 })).body
    await clock.advance(2 * HOUR_MS)
    await execute(id)
    expect(await job(id)).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } })
  })

  test('can be canceled before it begins', async () => {
    const { submit, post } = world()
    const { id } = (await submit({ delaySeconds: 3600 })).body
    const response = await post(`/jobs/${id}/cancel`, '')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ status: 'canceled' })
  })

  test('is listed and counted as queued', async () => {
    const { submit, http } = world()
    await submit({ delaySeconds: 3600 })
    expect(await (await http.request('/jobs/counts')).json()).toMatchObject({ counts: { queued: 1 }, total: 1 })
  })

  test('is one job for one idempotency key, however late the repeat comes; another delay is another request', async () => {
    const { submit, clock } = world()
    const key = { 'idempotency-key': 'reminder-42' }
    const first = await submit({ delaySeconds: 3600 }, key)
    await clock.advance(1000)
    const again = await submit({ delaySeconds: 3600 }, key)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.body).toMatchObject({ id: first.body.id, runAt: later })
    expect((await submit({ delaySeconds: 60 }, key)).body.code).toBe('idempotency_key_reused')
    expect((await submit({}, key)).body.code).toBe('idempotency_key_reused')
  })

  test.each([
    { fields: { runAt: later, delaySeconds: 1 }, said: 'delaySeconds: cannot be given together with runAt' },
    { fields: { runAt: 'tomorrow' }, said: 'runAt: ' },
    { fields: { delaySeconds: -1 }, said: 'delaySeconds: ' },
    { fields: { delaySeconds: 1.5 }, said: 'delaySeconds: ' },
  ])('is refused with $fields', async ({ fields, said }) => {
    const { status, body } = await world().submit(fields)
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain(said)
  })
})
