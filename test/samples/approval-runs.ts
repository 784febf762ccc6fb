import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { answer, asks } from '#test/support/script.ts'
import { DESK, type Run, type SampleJob } from './sample-job.ts'

const MINUTE_MS = 60_000
const hook = { url: 'https://shop.example.com/hooks/errand', events: CALLBACK_EVENTS }
const operation = { kind: 'operation', id: 'op_sample', for: DESK } as const

/** Two calls that wait for approval, for a minute at most. */
const askApproval = (job: SampleJob): Promise<void> =>
  job.run([asks({ id: 'a', name: 'mail' }, { id: 'b', name: 'mail' })])

export const APPROVAL_RUNS: readonly Run[] = [
  { name: 'waiting for approval', fields: { options: { ...NO_OPTIONS, callback: hook } }, play: askApproval },
  {
    name: 'approved',
    play: async (job) => {
      await askApproval(job)
      await job.resolve('a', { outcome: 'approved' })
      await job.resolve('b', { outcome: 'approved', input: { to: 'Eva' } }, operation)
      await job.run([answer('Done.')])
    },
  },
  {
    name: 'rejected, and not allowed in time',
    play: async (job) => {
      await askApproval(job)
      await job.resolve('b', { outcome: 'rejected', reason: 'not today' })
      await job.pass(MINUTE_MS)
      await job.run([answer('Done.')])
    },
  },
]
