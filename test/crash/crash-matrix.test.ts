import { describe, expect, test } from 'vitest'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { type CrashSubject, crashRun } from './crash-run.ts'
import { MUTATIONS } from './mutations.ts'
import { SCENARIOS } from './scenario.ts'

function memory(): Promise<CrashSubject> {
  const waker = new RecordingWaker()
  return Promise.resolve({ store: new MemoryJobStore(waker), armedAt: (id) => Promise.resolve(waker.armedAt(id)) })
}

describe('the matrix notices an engine that', () => {
  test.each(Object.entries(MUTATIONS))('%s', async (_name, mutate) => {
    const found: string[] = []
    for (const scenario of SCENARIOS) {
      for (let point = 0; point <= 24; point++) {
        const { store, armedAt } = await memory()
        const run = crashRun(scenario, mutate({ store, armedAt }), point === 0 ? [] : [point])
        const { violations } = await run.catch((error: unknown) => ({ violations: [String(error)] }))
        found.push(...violations)
      }
    }
    expect(found).not.toEqual([])
  })
})
