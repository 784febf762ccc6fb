import { describe, expect, test } from 'vitest'
import { Pump } from '#adapters/node/engine/pump.ts'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlIdSecret, idSecretSchema } from '#adapters/sql/id-secret.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { Authenticate } from '#application/tenant/authenticate.ts'
import { MakeKey } from '#application/tenant/make-key.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { DERIVED_ID_FORMAT } from '#domain/job/derived-id.ts'
import { JOURNAL_FORMAT, type JobEvent } from '#domain/job/event.ts'
import { type JobOptions, NO_OPTIONS } from '#domain/job/options.ts'
import { replay } from '#domain/job/replay.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import { API_KEY_FORMAT } from '#domain/tenant/principal.ts'
import { execution } from '#test/support/execution.ts'
import { TILL, after, submitted } from '#test/support/fixtures.ts'
import { ListedModel } from '#test/support/script.ts'

/** Reads a journal that goes on with something else. */
const reading = (newer: object) => () => {
  const { event } = submitted()
  return replay([
    { seq: 1, event },
    { seq: 2, event: { at: 1, ...newer } as unknown as JobEvent },
  ])
}

describe('a journal of a newer release', () => {
  test('whose format is newer is refused from its first event on', () => {
    const { event } = submitted()
    const read = (format: number) => () => replay([{ seq: 1, event: { ...event, format } }])
    expect(read(JOURNAL_FORMAT)).not.toThrow()
    expect(read(JOURNAL_FORMAT + 1)).toThrow(
      expect.objectContaining({
        code: 'newer_format',
        message: expect.stringContaining('does not know its format 2') as string,
      }) as Error,
    )
  })

  const isLeftAlone = expect.objectContaining({ code: 'newer_format', retryable: true }) as Error

  test.each(['job.paused', 'tool_call.planned', 'model_call.planned', 'callback.paused', 'toString'])(
    'that holds %s is refused as such, and another server may be asked',
    (type) => {
      expect(reading({ type })).toThrow(isLeftAlone)
    },
  )

  test.each([
    { type: 'job.cancel_requested', by: TILL, format: JOURNAL_FORMAT + 1 },
    { type: 'job.waiting', wait: { reason: 'budget', calls: [] } },
    { type: 'job.waiting', wait: { reason: 'constructor' } },
    { type: 'tool_call.started', callId: 'a', name: 'send', effect: 'write' },
    {
      type: 'tool_call.completed',
      result: { callId: 'a', name: 'send', isError: false, output: 1 },
      toldBy: 'proposal',
    },
    { type: 'tool_call.reopened', callId: 'a', toldBy: 'approver' },
    { type: 'model_call.completed', message: { role: 'assistant', parts: [{ type: 'image' }] }, finishReason: 'stop' },
    { type: 'model_call.completed', message: { role: 'assistant', parts: [] }, finishReason: 'handed_over' },
    { type: 'job.completed', stopReason: 'budget' },
    { type: 'callback.attempted', deliveryId: 'msg_1', status: 1, reason: null, becomes: 'paused', nextAt: null },
  ])('that holds a format or a word that this release does not know is refused: %o', (event) => {
    expect(reading(event)).toThrow(isLeftAlone)
  })

  test('whose callback is for events that this release does not know is refused', () => {
    const callback = { url: 'https://shop.example.com/', events: ['job.progress'] }
    const options = { ...NO_OPTIONS, callback } as unknown as JobOptions
    expect(() => submitted({ options })).toThrow(isLeftAlone)
  })

  test('is read all the same where it only tells more: members, kinds of actors, codes of errors', () => {
    const by = { kind: 'schedule', id: 'nightly', for: TILL, zone: 'Europe/Stockholm' } as unknown as Actor
    const error = { code: 'budget_exceeded', message: 'It would cost more.' }
    const { state } = submitted({ by })
    const failed = { type: 'job.failed', at: 1, error, by, costMicros: 12 } as unknown as JobEvent
    expect(after(state, [failed]).job).toMatchObject({ createdBy: by, status: 'failed', error })
  })
})

describe('an API key of a newer release', () => {
  test('lets no caller in by this one, for what it is good for may have changed', async () => {
    const hasher = new WebHasher()
    const makeKey = new MakeKey({ hasher, random: { fraction: () => 0.5 }, clock: new ManualClock(0) })
    const { key, secret } = await makeKey.execute({ tenantId: 'acme', by: TILL, scopes: ['read'], name: '' })
    const authenticate = (format: number) => {
      const keys = { find: () => Promise.resolve({ ...key, format }), any: () => Promise.resolve(true) }
      return new Authenticate({ keys, hasher }).execute(secret)
    }
    expect(await authenticate(API_KEY_FORMAT)).toMatchObject({ tenantId: 'acme' })
    await expect(authenticate(API_KEY_FORMAT + 1)).rejects.toMatchObject({ code: 'newer_format', retryable: true })
  })
})

describe('a secret for ids of a newer release', () => {
  test('makes no ids here: they would be others, and a repeat would be a new job', async () => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, idSecretSchema)
    await new SqlIdSecret(db).read()
    await db.batch([{ sql: 'UPDATE id_secret SET format = ?', params: [DERIVED_ID_FORMAT + 1] }])
    await expect(new SqlIdSecret(db).read()).rejects.toMatchObject({ code: 'newer_format' })
  })
})

describe('the job of such a journal', () => {
  test('is left as it is and logged, and the pump looks again later and later', async () => {
    const { store, clock, logger, waker, executor, submit } = execution(
      defineAgent({ name: 'writer', instructions: '' }),
    )
    const id = await submit()
    const stored = await store.load(id)
    store.load = () => Promise.resolve().then(reading({ type: 'job.paused' }))
    const own = executor(new ListedModel())
    const execute = own.execute.bind(own)
    const pump = new Pump({ kind: 'run', due: store, waker, clock, logger, places: 2, execute })
    pump.start()
    await clock.advance(0)
    const rests = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600].map((seconds) => seconds * 1000)
    for (const restMs of rests) {
      expect(logger.lines.at(-1)).toMatchObject({
        level: 'error',
        error: { code: 'newer_format' },
        fields: { kind: 'run', id, restMs },
      })
      for (let waited = 0; waited < restMs; waited += 1000) await clock.advance(1000)
    }
    expect(logger.lines).toHaveLength(rests.length + 1)
    expect(await store.get('acme', id)).toEqual(stored?.job)
    await pump.drain(0)
  })
})
