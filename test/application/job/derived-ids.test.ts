import { describe, expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlIdSecret, idSecretSchema } from '#adapters/sql/id-secret.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { DerivedIds } from '#application/job/derived-ids.ts'
import { idSecretOf } from '#composition/id-secret.ts'
import { parseSettings } from '#composition/settings/settings.ts'
import { SettingsError } from '#composition/settings/settings-error.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { derivedId } from '#domain/job/derived-id.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

const hasher = new WebHasher()
const idsWith = (secret: string) => new DerivedIds({ hasher, idSecret: { read: () => Promise.resolve(secret) } })

async function database(): Promise<SqliteDatabase> {
  const db = new SqliteDatabase(':memory:')
  await migrate(db, idSecretSchema)
  return db
}

describe('an id that is made from an idempotency key', () => {
  test('is the same for the same, and another for another kind, tenant, key or installation', async () => {
    const ids = idsWith('s')
    const made = await Promise.all([
      ids.make('job', 'acme', 'k'),
      ids.make('op', 'acme', 'k'),
      ids.make('job', 'other', 'k'),
      ids.make('job', 'acme', 'k2'),
      idsWith('t').make('job', 'acme', 'k'),
    ])
    expect(new Set(made.map((id) => id.split('_')[1])).size).toBe(5)
    expect(await idsWith('s').make('job', 'acme', 'k')).toBe(made[0])
  })

  test('cannot be computed by whoever guesses the key', async () => {
    const writer = defineAgent({ name: 'writer', instructions: '' })
    const submit = async (idSecret: string) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': 'order-1' }
      const app = testApp([writer], new ListedModel(), { idSecret })
      const idOf = async () =>
        ((await (await app.post('/jobs', { agent: 'writer', input: 1 }, headers)).json()) as { id: string }).id
      return [await idOf(), await idOf()]
    }
    const [first, again] = await submit('a'.repeat(64))
    expect(again).toBe(first)
    expect((await submit('b'.repeat(64)))[0]).not.toBe(first)
    for (const text of ['job\ndefault\norder-1', '\njob\ndefault\norder-1'])
      expect(first).not.toBe(derivedId('job', await hasher.sha256(text)))
  })
})

describe('the secret of an installation', () => {
  test('is made once and kept, whoever asks first', async () => {
    const db = await database()
    const [one, other] = [new SqlIdSecret(db), new SqlIdSecret(db)]
    const [a, b] = await Promise.all([one.read(), other.read()])
    expect(a).toMatch(/^[0-9a-f]{64}$/)
    expect([b, await one.read(), await new SqlIdSecret(db).read()]).toEqual([a, a, a])
    expect(await new SqlIdSecret(await database()).read()).not.toBe(a)
  })

  test('is the one that is set where one is, long enough, and then no log line may hold it', async () => {
    const secret = 's'.repeat(32)
    const settings = parseSettings({ ERRAND_ID_SECRET: secret })
    expect(await idSecretOf(settings, await database()).read()).toBe(secret)
    expect(settings.secrets).toContain(secret)
    expect(() => parseSettings({ ERRAND_ID_SECRET: 'short' })).toThrow(SettingsError)
  })
})
