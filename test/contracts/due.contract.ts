import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import type { JobEvent } from '#domain/job/event.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import type { AgentSelection, Due, DueJobs, TenantWakes } from '#ports/due.ts'
import type { JobStore } from '#ports/job-store.ts'
import { after, started, submitted } from '#test/support/fixtures.ts'
import type { ContractCase } from './contract.ts'

export interface DueJobsSubject {
  readonly store: JobStore
  readonly due: DueJobs
  /** What is due of these agents. */
  dueOf(agents: AgentSelection): Due
}

const run = { kind: 'run', tenantId: 'acme' } as const
const deliver = { kind: 'deliver', tenantId: 'acme' } as const
const expire = { kind: 'expire', tenantId: 'acme' } as const

function byTenant(found: readonly TenantWakes[]): readonly TenantWakes[] {
  return found.toSorted((a, b) => (a.tenantId < b.tenantId ? -1 : 1))
}

interface Wanted {
  readonly events?: readonly JobEvent[]
  readonly tenantId?: string
  readonly agent?: string
}

async function stored(
  store: JobStore,
  at: number,
  { events = [], tenantId = 'acme', agent = 'writer' }: Wanted = {},
): Promise<string> {
  const { job, event, state } = submitted({ at, tenantId, agent })
  await store.create(job, event)
  if (events.length > 0) await store.save(after(state, events), events)
  return job.id
}

export const dueJobsContract: readonly ContractCase<DueJobsSubject>[] = [
  {
    name: 'due() gives the jobs whose time has come, longest due first',
    async run({ store, due }) {
      const late = await stored(store, 3000)
      const early = await stored(store, 1000)
      await stored(store, 9000)
      deepStrictEqual(await due.due({ ...run, now: 5000, limit: 10 }), [early, late])
      deepStrictEqual(await due.due({ ...run, now: 5000, limit: 1 }), [early])
      deepStrictEqual(await due.due({ ...run, now: 999, limit: 10 }), [])
    },
  },
  {
    name: 'a job that is to begin later is due at that time and not before',
    async run({ store, due }) {
      const { job, event } = submitted({ at: 1000, runAt: 9000 })
      await store.create(job, event)
      deepStrictEqual(await due.tenants('run', 8999), [{ tenantId: 'acme', isDue: false, nextAt: 9000 }])
      deepStrictEqual(await due.due({ ...run, now: 8999, limit: 10 }), [])
      deepStrictEqual(await due.due({ ...run, now: 9000, limit: 10 }), [job.id])
    },
  },
  {
    name: 'due() gives one tenant’s jobs and no other’s',
    async run({ store, due }) {
      const mine = await stored(store, 2000)
      const theirs = await stored(store, 1000, { tenantId: 'zeta' })
      deepStrictEqual(await due.due({ ...run, now: 5000, limit: 10 }), [mine])
      deepStrictEqual(await due.due({ ...run, tenantId: 'zeta', now: 5000, limit: 10 }), [theirs])
      deepStrictEqual(await due.due({ ...run, tenantId: 'nobody', now: 5000, limit: 10 }), [])
    },
  },
  {
    name: 'tenants() tells of each tenant whether a job is due, and when its next one will be',
    async run({ store, due }) {
      deepStrictEqual(await due.tenants('run', 5000), [])
      for (let n = 0; n < 5; n++) await stored(store, 1000 + n)
      await stored(store, 9000)
      await stored(store, 8000)
      await stored(store, 7000, { tenantId: 'beta' })
      await stored(store, 5000, { tenantId: 'zeta' })
      deepStrictEqual(byTenant(await due.tenants('run', 5000)), [
        { tenantId: 'acme', isDue: true, nextAt: 8000 },
        { tenantId: 'beta', isDue: false, nextAt: 7000 },
        { tenantId: 'zeta', isDue: true, nextAt: null },
      ])
      deepStrictEqual(await due.tenants('deliver', 5000), [])
    },
  },
  {
    name: 'a finished job is due for deletion when its time is over, and for nothing else',
    async run({ store, due }) {
      const failure = { type: 'job.failed', at: 1500, error: { code: 'model_failed', message: 'No.' } } as const
      const id = await stored(store, 1000, { events: [failure] })
      deepStrictEqual(await due.due({ ...run, now: 1e15, limit: 10 }), [])
      deepStrictEqual(await due.due({ ...deliver, now: 1e15, limit: 10 }), [])
      deepStrictEqual(await due.tenants('run', 1500), [])
      const nextAt = 1500 + NO_OPTIONS.retainMs
      deepStrictEqual(await due.tenants('expire', 1500), [{ tenantId: 'acme', isDue: false, nextAt }])
      deepStrictEqual(await due.due({ ...expire, now: 1500 + NO_OPTIONS.retainMs, limit: 10 }), [id])
    },
  },
  {
    name: 'a job with a message to send is due for that first, and is kept until then',
    async run({ store, due }) {
      const callback = { url: 'https://shop.example.com/', events: ['job.failed'] } as const
      const { job, event, state } = submitted({ at: 1000, options: { ...NO_OPTIONS, callback } })
      await store.create(job, event)
      const failure = { type: 'job.failed', at: 1500, error: { code: 'model_failed', message: 'No.' } } as const
      await store.save(after(state, [failure]), [failure])
      deepStrictEqual(await due.due({ ...deliver, now: 1500, limit: 10 }), [job.id])
      deepStrictEqual(await due.tenants('expire', 1500), [])
    },
  },
  {
    name: 'of one agent, only its jobs are due, longest due first',
    async run({ store, dueOf }) {
      const slow = dueOf({ only: 'slow' })
      const late = await stored(store, 3000, { agent: 'slow' })
      const early = await stored(store, 2000, { agent: 'slow' })
      await stored(store, 1000)
      await stored(store, 1000, { agent: 'slower' })
      await stored(store, 9000, { agent: 'slow', tenantId: 'beta' })
      await stored(store, 1000, { tenantId: 'zeta' })
      deepStrictEqual(await slow.due({ ...run, now: 5000, limit: 10 }), [early, late])
      deepStrictEqual(await slow.due({ ...run, now: 5000, limit: 1 }), [early])
      deepStrictEqual(byTenant(await slow.tenants('run', 5000)), [
        { tenantId: 'acme', isDue: true, nextAt: null },
        { tenantId: 'beta', isDue: false, nextAt: 9000 },
      ])
    },
  },
  {
    name: 'of all agents but some, the jobs of the others are due, longest due first, behind any number of theirs',
    async run({ store, dueOf }) {
      const others = dueOf({ except: ['slow', 'absent'] })
      for (let n = 0; n < 5; n++) await stored(store, 1000 + n, { agent: 'slow' })
      const third = await stored(store, 4000, { agent: 'able' })
      const first = await stored(store, 2000, { agent: 'writer' })
      const second = await stored(store, 3000, { agent: 'able' })
      const fourth = await stored(store, 4500, { agent: 'tail' })
      await stored(store, 8000, { agent: 'writer' })
      await stored(store, 7000, { agent: 'slow' })
      await stored(store, 1000, { agent: 'slow', tenantId: 'beta' })
      await stored(store, 6000, { agent: 'tail', tenantId: 'zeta' })
      deepStrictEqual(await others.due({ ...run, now: 5000, limit: 10 }), [first, second, third, fourth])
      deepStrictEqual(await others.due({ ...run, now: 5000, limit: 3 }), [first, second, third])
      deepStrictEqual(await others.due({ ...run, now: 5000, limit: 1 }), [first])
      deepStrictEqual(byTenant(await others.tenants('run', 5000)), [
        { tenantId: 'acme', isDue: true, nextAt: 8000 },
        { tenantId: 'zeta', isDue: false, nextAt: 6000 },
      ])
    },
  },
  {
    name: 'of all agents but some, one may have as many due as are wanted',
    async run({ store, dueOf }) {
      const ids: string[] = []
      for (let n = 0; n < 4; n++) ids.push(await stored(store, 1000 + n, { agent: 'able' }))
      await stored(store, 2000)
      deepStrictEqual(await dueOf({ except: ['slow'] }).due({ ...run, now: 5000, limit: 3 }), ids.slice(0, 3))
    },
  },
  {
    name: 'ahead() gives jobs of the wanted agents alone',
    async run({ store, dueOf }) {
      const hour = 3_600_000
      const slow = await stored(store, hour, { agent: 'slow' })
      const other = await stored(store, hour)
      const ids = async (agents: AgentSelection) => (await dueOf(agents).ahead('run', 500)).map(({ id }) => id)
      deepStrictEqual(await ids({ only: 'slow' }), [slow])
      deepStrictEqual(await ids({ except: ['slow'] }), [other])
    },
  },
  {
    name: 'ahead() gives what was last written by a clock that was far ahead and is not due yet, of this kind alone',
    async run({ store, due }) {
      const hour = 3_600_000
      const late = await stored(store, 2 * hour)
      const early = await stored(store, hour)
      await stored(store, 1000)
      await stored(store, 30_500)
      const failure = { type: 'job.failed', at: hour, error: { code: 'model_failed', message: 'No.' } } as const
      await stored(store, hour, { events: [failure] })
      const ahead = await due.ahead('run', 500)
      deepStrictEqual(
        ahead.map(({ id }) => id),
        [early, late],
      )
      deepStrictEqual(await due.ahead('run', 2 * hour), [])
    },
  },
  {
    name: 'a running job is due when its lease ends, or at once after expediteRunning()',
    async run({ store, due }) {
      const running = await stored(store, 1000, { events: [started(2000)] })
      const queued = await stored(store, 50_000)
      deepStrictEqual(await due.due({ ...run, now: 31_999, limit: 10 }), [])
      deepStrictEqual(await due.due({ ...run, now: 32_000, limit: 10 }), [running])
      strictEqual(await due.expediteRunning(), 1)
      deepStrictEqual(await due.due({ ...run, now: 2000, limit: 10 }), [running])
      deepStrictEqual(await due.due({ ...run, now: 50_000, limit: 10 }), [running, queued])
    },
  },
]
