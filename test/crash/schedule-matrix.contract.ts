import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { RecordKind, Stored } from '#domain/record/kind.ts'
import { SCHEDULE } from '#domain/schedule/schedule.ts'
import type { RecordStore } from '#ports/record-store.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import type { RecordStoreSubject } from '#test/contracts/record-store.contract.ts'
import { TENANT, scheduling, shortly } from '#test/support/scheduling.ts'
import { Death, MortalProcess } from './mortal.ts'

type Open = () => Promise<RecordStoreSubject>

/** A schedule that fires three times, by processes that die before and after each call of the world. */
export const scheduleMatrix: readonly ContractCase<Open>[] = [
  {
    name: 'each fire of a schedule submits one job, and its history says so',
    async run(open) {
      const points = await fireThrice(await open(), [])
      ok(points >= 12)
      for (let point = 1; point <= points; point++) {
        await fireThrice(await open(), [point])
        for (const later of [1, 2, 3]) await fireThrice(await open(), [point, point + later])
      }
    },
  },
]

async function fireThrice(subject: RecordStoreSubject, deaths: readonly number[]): Promise<number> {
  const process = new MortalProcess(deaths)
  let isWorking = false
  const call = <T>(work: () => Promise<T>): Promise<T> => (isWorking ? process.call(work) : work())
  const of = <T extends Stored>(kind: RecordKind<T>): RecordStore<T> => {
    const stored = subject.open(kind)
    return {
      create: (record) => call(() => stored.create(record)),
      get: (tenantId, id) => call(() => stored.get(tenantId, id)),
      load: (id) => call(() => stored.load(id)),
      save: (record) => call(() => stored.save(record)),
      remove: (record) => call(() => stored.remove(record)),
    }
  }
  const name = `s${deaths.join('.')}`
  const s = scheduling('2096-10-02T00:30:00Z', { records: { of }, submitting: (submit) => call(submit) })
  const limit = { key: name, max: 2, perSeconds: 86_400 }
  const endAt = Date.parse('2096-10-02T03:30:00Z')
  await s.put({ cron: '0 * * * *', timeZone: 'UTC' }, { overlap: 'allow', limit, endAt }, name)
  for (let round = 0; round < 30; round++) {
    const record = await s.get(name)
    if (record.status === 'ended') break
    const at = SCHEDULE.nextWakeAt(record) ?? 0
    // What is stored and when it is woken agree, wherever the last process has died.
    strictEqual(await subject.armedAt(record.id), at)
    s.clock.step(Math.max(0, at - s.clock.now()))
    process.restart()
    isWorking = true
    await s.wake(name).catch((error: unknown) => {
      if (!(error instanceof Death)) throw error
    })
    isWorking = false
  }
  const expected = ['submitted 2096-10-02T01:00Z', 'submitted 2096-10-02T02:00Z', 'limited 2096-10-02T03:00Z']
  deepStrictEqual(shortly(await s.get(name)), expected, `after deaths at ${deaths.join(', ')}`)
  const fired = (await s.get(name)).fires.flatMap(({ jobId }) => jobId ?? [])
  // A death may repeat a submission, under the same key, and makes no other job.
  deepStrictEqual([await s.jobs.unfinished(TENANT, 10), new Set(fired).size], [2, 2])
  return process.points
}
