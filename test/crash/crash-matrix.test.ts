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

/** A death at each point of each scenario, or none. */
const RUNS = SCENARIOS.flatMap((scenario) =>
  Array.from({ length: 25 }, (_, point) => ({ scenario, deaths: point === 0 ? [] : [point] })),
)

describe('the matrix notices an engine that', () => {
  test.each(Object.entries(MUTATIONS))('%s', async (_name, mutate) => {
    const isWrong = async ({ scenario, deaths }: (typeof RUNS)[number]): Promise<boolean> => {
      const run = crashRun(scenario, mutate(await memory()), deaths)
      return run.then(
        ({ violations }) => violations.length > 0,
        () => true,
      )
    }
    let noticed = false
    for (const run of RUNS) noticed ||= await isWrong(run)
    expect(noticed).toBe(true)
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
