import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, describe, test } from 'vitest'
import { shortCrashMatrix } from '#test/crash/crash-matrix.contract.ts'
import { writeSample } from '#test/crash/write-matrix.contract.ts'
import { deploysContract } from '#test/crash/deploys.contract.ts'
import { restartedJobs } from './object-jobs.ts'

afterAll(() => reset())

describe('a process that dies anywhere, in a Durable Object', () => {
  test.each([...shortCrashMatrix, ...deploysContract, ...writeSample])(
    '$name',
    async ({ run }) => {
      const stub = env.CONTRACT_HOST.getByName(crypto.randomUUID())
      await runInDurableObject(stub, async (_instance, { storage }) => {
        await run(async () => {
          // An object of its own for every run would take a second each; emptying this one comes to the same.
          await storage.deleteAll()
          return { store: restartedJobs(storage), armedAt: () => storage.getAlarm() }
        })
      })
    },
    60_000,
  )
})
