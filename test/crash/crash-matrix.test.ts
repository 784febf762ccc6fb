import { describe, expect, test } from 'vitest'
import type { JobStore } from '#ports/job-store.ts'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { type CrashSubject, crashRun } from './crash-run.ts'
import { deploysContract } from './deploys.contract.ts'
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

describe('a store that forgets the releases of leases is noticed', () => {
  const several = deploysContract.filter(({ name }) => name.includes('deploy'))
  test.each(several)('by: $name', async ({ run }) => {
    const forgetful = async (): Promise<CrashSubject> => {
      const { store, armedAt } = await memory()
      store.load = withoutRelease(store.load.bind(store))
      return { store, armedAt }
    }
    await expect(run(forgetful)).rejects.toThrow('attempts: 5')
  })
})

function withoutRelease(load: JobStore['load']): JobStore['load'] {
  return async (jobId) => {
    const state = await load(jobId)
    if (state?.job.status !== 'running') return state
    return { ...state, job: { ...state.job, lease: { ...state.job.lease, release: null } } }
  }
}
