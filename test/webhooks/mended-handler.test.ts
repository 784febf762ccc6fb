import { beforeEach, describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { SqlWebhookLog, webhookSchema } from '#adapters/sql/webhook-log.ts'
import { submit } from '#domain/webhook/action.ts'
import type { LoggedEvent } from '#domain/webhook/event.ts'
import type { WebhookDefinition } from '#domain/webhook/webhook.ts'
import { StorageUnavailableError } from '#domain/storage/errors.ts'
import type { JobIntake } from '#ports/job-store.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'
import { TILL } from '#test/support/fixtures.ts'
import { event, noise, openWebhook, webhookScene } from '#test/support/webhook-scene.ts'

let log: SqlWebhookLog

beforeEach(async () => {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, webhookSchema)
  log = new SqlWebhookLog(db)
})

type Scene = ReturnType<typeof webhookScene>

const scene = (handle: WebhookDefinition['handle'], more: object = {}): Scene =>
  webhookScene({ log, webhook: openWebhook({ handle }), ...more })
const replayOf = { tenantId: 'default', by: TILL, source: 'shop', idempotencyKey: null }
const failing = (): never => {
  throw new Error('no such field')
}

async function again({ clock, ...mended }: Scene, how: string, [failed]: readonly LoggedEvent[]): Promise<void> {
  await clock.advance(120_000)
  if (how === 'delivered again') await mended.receive(event())
  else if (how === 'tried again') await mended.tend()
  else await mended.replay.execute({ ...replayOf, eventId: failed?.id ?? '' })
  expect(await mended.events()).toMatchObject([{ outcome: 'done' }])
}

describe('a handler that fails', () => {
  test.each(['delivered again', 'tried again', 'replayed'])(
    'after some of its actions and is mended loses none and repeats none, in another order, when it is %s',
    async (how) => {
      const { receive, jobs, clock, events, inputs } = scene(() => [
        submit('writer', 'a'),
        submit('writer', 'a'),
        submit('unlisted', 'b'),
      ])
      await receive(event()).catch(() => undefined)
      expect(await inputs()).toEqual(['a', 'a'])
      const inAnotherOrder = ['b', 'a', 'c', 'a', 'b'].map((input) => submit('writer', input))
      const mended = scene(() => inAnotherOrder, { jobs, clock })
      await again(mended, how, await events())
      expect((await mended.inputs()).toSorted()).toEqual(['a', 'a', 'b', 'b', 'c'])
    },
  )

  test.each(['delivered again', 'tried again', 'replayed'])(
    'at once, is mended halfway and then wholly, loses none and repeats none when it is %s',
    async (how) => {
      const { receive, jobs, clock, events } = scene(failing)
      await receive(event()).catch(() => undefined)
      const halfway = scene(() => [submit('writer', 'a'), submit('unlisted', 'b')], { jobs, clock })
      await halfway.receive(event()).catch(() => undefined)
      const mended = scene(() => [submit('writer', 'b'), submit('writer', 'a')], { jobs, clock })
      await again(mended, how, await events())
      expect((await mended.inputs()).toSorted()).toEqual(['a', 'b'])
    },
  )

  test('and has an event that is too large to be kept loses none and repeats none', async () => {
    const large = event({ payload: { noise: noise() } })
    const { receive, jobs, clock } = scene(() => [submit('writer', 'a'), submit('unlisted', 'b')])
    await receive(large).catch(() => undefined)
    const mended = scene(() => [submit('writer', 'b'), submit('writer', 'a')], { jobs, clock })
    await mended.receive(large)
    expect((await mended.inputs()).toSorted()).toEqual(['a', 'b'])
  })

  test('in a replay, after some of its actions, and is mended loses none and repeats none under the same key', async () => {
    const { receive, jobs, clock } = scene(({ payload }) => [submit('writer', payload)])
    const { event: received } = await receive(event())
    const replay = { ...replayOf, eventId: received.id, idempotencyKey: 'mine' }
    const halfway = scene(() => [submit('writer', 'a'), submit('unlisted', 'b')], { jobs, clock })
    await halfway.replay.execute(replay).catch(() => undefined)
    const mended = scene(() => [submit('writer', 'b'), submit('writer', 'a')], { jobs, clock })
    await mended.replay.execute(replay)
    expect(new Set(await mended.inputs())).toEqual(new Set(['a', 'b', { id: 1 }]))
    expect(await mended.inputs()).toHaveLength(3)
  })
})

test.each(['delivered again', 'tried again'])(
  'an event that was cut off leads to what was decided when it came, whatever the handler says when it is %s',
  async (how) => {
    const away = new StorageUnavailableError(new Error('away'))
    const through = {
      log: (stored: WebhookLog) => stored,
      jobs: (jobs: JobIntake): JobIntake => ({ get: jobs.get.bind(jobs), create: () => Promise.reject(away) }),
    }
    const { receive, jobs, clock, events } = scene(() => [submit('writer', 'a')], { through })
    await expect(receive(event())).rejects.toBe(away)
    const changed = scene(() => [submit('writer', 'b')], { jobs, clock })
    await again(changed, how, await events())
    expect(await changed.inputs()).toEqual(['a'])
  },
)
