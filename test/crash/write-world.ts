import { LocalDispatchLog } from '#adapters/local/dispatch-log.ts'
import { LocalFeed } from '#adapters/local/job-feed.ts'
import type { ManualClock } from '#adapters/testing/manual-clock.ts'
import { ExecuteJob } from '#application/execution/execute-job.ts'
import { DeleteJob } from '#application/job/delete-job.ts'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal } from '#application/write/decide-proposal.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Executor } from '#domain/job/claim.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { WriteMode } from '#domain/write/write.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { ModelRequest, Models } from '#ports/model.ts'
import { ALONE } from '#test/support/fixtures.ts'
import { answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { Death, type MortalProcess } from './mortal.ts'
import { type WatchedShop, type WriteMutation, watchedWrite } from './watched-shop.ts'
import { PRICES } from '#test/support/prices.ts'

export interface WriteWorld {
  readonly store: JobStore
  readonly clock: ManualClock
  readonly shop: WatchedShop
  readonly process: MortalProcess
  readonly mode: WriteMode
  /** What the model writes: a text for each product. */
  readonly texts: Readonly<Record<string, string>>
  /** Alone unless it says otherwise; each process has an id of its own. */
  readonly executor?: Partial<Executor>
  readonly mutation?: WriteMutation | null
}

let processes = 0

/** All that a process does with jobs that write; it dies where `process` does. */
export function startWriter(world: WriteWorld) {
  const { store, clock, shop, process, mode, mutation } = world
  const tools = [watchedWrite(shop, { process, mutation })]
  const agents = new AgentRegistry([defineAgent({ name: 'writer', instructions: '', tools, writes: mode })])
  const jobs = process.around(store, ['create', 'save', 'remove'])
  const executor = { ...ALONE, id: `exec_${String(++processes)}`, ...world.executor }
  const common = { jobs, agents, clock, limits: DEFAULT_LIMITS, logger: silentLogger, executor }
  const executeJob = new ExecuteJob({
    ...common,
    models: modelOf(world),
    defaultModel: 'scripted/test',
    prices: PRICES,
    waker: { wakeAt: () => Promise.resolve() },
    feed: new LocalFeed(),
    random: { fraction: () => 0.5 },
    dispatchLog: new LocalDispatchLog(executor.id),
  })
  return {
    executeJob,
    carryOutWrites: new CarryOutWrites(common),
    decideProposal: new DecideProposal(common),
    deleteJob: new DeleteJob(common),
  }
}

export type Writer = ReturnType<typeof startWriter>

/** It asks for every text at once, and then it is done. */
function modelOf({ process, texts }: WriteWorld): Models {
  const calls = Object.entries(texts).map(([handle, text], n) => ({
    ...{ id: `call_${String(n)}`, name: 'describe' },
    input: { handle, text },
  }))
  return {
    check: () => undefined,
    call: ({ messages }: ModelRequest) =>
      process.call(() => Promise.resolve(messages.at(-1)?.role === 'tool' ? answer('Done.') : asks(...calls))),
  }
}

/** What a new process does until it is done, or dies: `DIED`. */
export async function alive<T>(world: WriteWorld, work: (writer: Writer) => Promise<T>): Promise<T | typeof DIED> {
  world.process.restart()
  try {
    return await work(startWriter(world))
  } catch (error) {
    if (error instanceof Death) return DIED
    throw error
  }
}

export const DIED = Symbol('died')
