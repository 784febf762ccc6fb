import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import { WakeRecord } from '#application/record/wake-record.ts'
import type { RecordStore } from '#ports/record-store.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import type { RecordStoreSubject } from '#test/contracts/record-store.contract.ts'
import { COUNTER, type Counter, counter, step } from '#test/support/counter.ts'
import { T0 } from '#test/support/fixtures.ts'
import { Death, MortalProcess } from './mortal-process.ts'

type OpenSubject = () => Promise<RecordStoreSubject>

/** A record that is woken until it is gone, by processes that die anywhere, alone and twice in a row. */
export const recordMatrix: readonly ContractCase<OpenSubject>[] = [
  {
    name: 'a counter counts each step, and its end comes',
    async run(open) {
      const points = await countTo(3, await open(), [])
      ok(points >= 12)
      for (let point = 1; point <= points; point++) {
        await countTo(3, await open(), [point])
        for (const later of [1, 2, 3, 4]) await countTo(3, await open(), [point, point + later])
      }
    },
  },
]

async function countTo(to: number, subject: RecordStoreSubject, deaths: readonly number[]): Promise<number> {
  const clock = new ManualClock(T0)
  const process = new MortalProcess(deaths)
  const stored = subject.open(COUNTER)
  const made: string[] = []
  const id = `cnt_${[to, ...deaths].join('_')}`
  await stored.create(counter({ id, to }))
  for (let round = 0; round < 30; round++) {
    const at = await subject.armedAt(id)
    const record = await stored.load(id)
    // What is stored and when it is woken agree, wherever the last process has died.
    strictEqual(at, record && COUNTER.nextWakeAt(record))
    if (record === null || at === null) break
    await clock.advance(Math.max(0, at - clock.now()))
    await wakeOnce({ id, stored, clock, process, made })
  }
  strictEqual(await stored.load(id), null)
  const steps = Array.from({ length: to }, (_, n) => `${id}/${String(n + 1)}`)
  deepStrictEqual([...new Set(made)], steps, `after deaths at ${deaths.join(', ')}`)
  // Each death may repeat the step it fell into, under the same key, and no other.
  ok(made.length <= to + deaths.length)
  return process.points
}

interface World {
  readonly id: string
  readonly stored: RecordStore<Counter>
  readonly clock: ManualClock
  readonly process: MortalProcess
  readonly made: string[]
}

async function wakeOnce({ id, stored, clock, process, made }: World): Promise<void> {
  const records: RecordStore<Counter> = {
    create: (record) => process.call(() => stored.create(record)),
    get: (tenantId, known) => stored.get(tenantId, known),
    load: (known) => process.call(() => stored.load(known)),
    save: (record) => process.call(() => stored.save(record)),
    remove: (record) => process.call(() => stored.remove(record)),
  }
  const note = (key: string) => process.call(() => Promise.resolve(void made.push(key)))
  const work = new WakeRecord({ kind: COUNTER, records, clock, wake: (record) => step(record, note) })
  await work.execute(id).catch((error: unknown) => {
    if (!(error instanceof Death)) throw error
  })
}
