import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { COUNTED_SCHEDULE, type Used } from '#bench/schedule-on-cloudflare.ts'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { RecordIndex, recordIndexSchema } from '#adapters/cloudflare/record-index.ts'
import { RemoteRecords } from '#adapters/cloudflare/record-intake.ts'
import { RecordKeeper } from '#adapters/cloudflare/record-keeper.ts'
import type { RecordNamespace } from '#adapters/cloudflare/record-stub.ts'
import { sweepRecords } from '#adapters/cloudflare/record-sweep.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { changeSchedule } from '#application/schedule/change-schedule.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import type { ScheduleAnswer, ScheduleCommand } from '#application/schedule/schedule-command.ts'
import { ScheduleIds } from '#application/schedule/schedule-ids.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { ENDED_KEPT_MS, SCHEDULE, type Schedule } from '#domain/schedule/schedule.ts'
import type { When } from '#domain/schedule/spec.ts'
import { scheduling } from '#test/support/scheduling.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { countedD1 } from './counted-d1.ts'
import { countedStorage } from './counted-storage.ts'

afterAll(() => reset())

const HOUR = 3_600_000

test('what a schedule uses, from its first PUT to its deletion, is what the bill is reckoned with', async () => {
  await migrate(new D1SqlDatabase(env.JOB_INDEX), recordIndexSchema)
  const d1 = countedD1(env.JOB_INDEX)
  await runInDurableObject(env.CONTRACT_HOST.getByName('schedule-cost'), async (_instance, { storage: real }) => {
    const { counts, storage } = countedStorage(real)
    const s = scheduling('2096-10-02T00:30:00Z')
    const { clock, calendar } = s
    const scheduleIds = new ScheduleIds({ hasher: new WebHasher() })
    const id = await scheduleIds.schedule('acme', 's')
    let requests = 0
    const objects: RecordNamespace<Schedule, ScheduleCommand, ScheduleAnswer> = {
      getByName: () => {
        requests++
        return keeper
      },
    }
    const keeper = new RecordKeeper<Schedule, ScheduleCommand, ScheduleAnswer>({
      ...{ kind: SCHEDULE, storage, id, clock, logger: silentLogger, objects: () => objects },
      wake: (schedule, keep) => s.fireSchedule.execute(schedule, keep),
      decide: (schedule, command, moment) => changeSchedule(schedule, command, { ...moment, calendar }),
    })
    const index = new RecordIndex(new D1SqlDatabase(d1.db), SCHEDULE.name)
    const schedules = new RemoteRecords({ kind: SCHEDULE, objects, index })
    const submitJob = { check: () => Promise.resolve() }
    const putSchedule = new PutSchedule({ schedules, scheduleIds, submitJob, calendar })
    const put = (when: When) =>
      putSchedule.execute({
        ...s.key(),
        spec: { agent: 'writer', input: 'hello', when, overlap: 'allow', endAt: clock.now() + 2.5 * HOUR },
      })
    const used = async (work: () => Promise<unknown>): Promise<Used> => {
      const before = { ...counts, d1: d1.counts.rowsWritten, requests }
      await work()
      return {
        objectRowsWritten: counts.rowsWritten - before.rowsWritten,
        alarmsSet: counts.alarms - before.alarms,
        d1RowsWritten: d1.counts.rowsWritten - before.d1,
        objectRequests: requests - before.requests,
      }
    }
    /** An alarm is a request, too. */
    const alarm = async (): Promise<void> => {
      requests++
      await keeper.wake()
    }
    const fire = async (): Promise<void> => {
      clock.step(HOUR)
      await alarm()
    }
    const firstPut = await used(() => put({ delaySeconds: 3600 }))
    clock.step(1000)
    const laterPut = await used(() => put({ delaySeconds: 3600 }))
    await put({ everySeconds: 3600 })
    const fires = [await used(fire), await used(fire)]
    expect(s.submitted.length).toBe(2)
    const look = await used(() => sweepRecords({ index, objects, clock, logger: silentLogger }))
    clock.step(ENDED_KEPT_MS)
    const deletion = await used(alarm)
    expect(await keeper.find('acme', id)).toBeNull()
    expect({ firstPut, laterPut, fire: fires[0], look, deletion }).toEqual(COUNTED_SCHEDULE)
    expect(fires[1]).toEqual(fires[0])
  })
})
