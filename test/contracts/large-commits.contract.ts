import { deepStrictEqual } from 'node:assert/strict'
import { NO_USAGE } from '#domain/agent/usage.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { JobStore } from '#ports/job-store.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

/** Of the JSON around the text of an answer. */
const AROUND_BYTES = 56

export const largeCommits: readonly ContractCase<{ readonly store: JobStore }>[] = [
  {
    name: 'create() keeps the largest input that a request may have',
    async run({ store }) {
      const input = Array.from({ length: 70_000 }, () => 1e20)
      const { job, event } = submitted({ input })
      await store.create(job, event)
      deepStrictEqual((await store.get('acme', job.id))?.input, input)
    },
  },
  {
    name: 'save() keeps, in one commit, the largest answer that a job may have and what follows it',
    async run({ store }) {
      const { job, event, state } = submitted()
      await store.create(job, event)
      const answered: JobEvent = {
        type: 'model_call.completed',
        at: T0,
        iteration: 1,
        message: {
          role: 'assistant',
          parts: [{ type: 'text', text: 'ö'.repeat((DEFAULT_LIMITS.maxTranscriptBytes - AROUND_BYTES) / 2) }],
        },
        finishReason: 'stop',
        usage: NO_USAGE,
      }
      const renewals = Array.from({ length: 100 }, (): JobEvent => ({ type: 'lease.renewed', at: T0 }))
      const begun: JobEvent = { type: 'model_call.started', at: T0, iteration: 1, model: 'scripted/test' }
      const events = [started(T0), begun, answered, ...renewals]
      await store.save(after(state, events), events)
      deepStrictEqual((await store.events(job.id, 3)).at(0), { seq: 4, event: answered })
    },
  },
]
