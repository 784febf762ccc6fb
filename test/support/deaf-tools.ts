import type { RunningCalls } from '#application/agent/running-calls.ts'
import { CancelJob } from '#application/job/cancel-job.ts'
import { defineAgent } from '#domain/agent/agent.ts'
import type { Tool, ToolContext } from '#domain/agent/tool.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type { Executor } from '#domain/job/claim.ts'
import { DEFAULT_LIMITS, type JobLimits } from '#domain/job/limits.ts'
import { type Execution, execution } from './execution.ts'
import { ListedModel, answer, asks } from './script.ts'
import { tool } from './tools.ts'
import { TILL } from './fixtures.ts'

export const LIMIT_MS = DEFAULT_LIMITS.toolStopMs
/** A tool that ignores its signal, and returns when a test lets it. */
export function deaf(name: string, fields: Partial<Tool> = {}) {
  const begun = Promise.withResolvers<ToolContext>()
  const end = Promise.withResolvers<JsonValue>()
  let runs = 0
  const run = (_input: object, context: ToolContext): Promise<JsonValue> => {
    runs++
    begun.resolve(context)
    return end.promise
  }
  return {
    tool: tool(name, run, { effect: 'once', ...fields } as object),
    begun: begun.promise,
    runs: () => runs,
    ...end,
  }
}

function writer(...tools: readonly Tool[]) {
  return defineAgent({ name: 'writer', instructions: '', tools })
}

const asksFor = (...names: readonly string[]) => asks(...names.map((name) => ({ id: name, name })))

interface CallsOptions extends Partial<Executor> {
  /** What the model answers after the calls. */
  readonly next?: ConstructorParameters<typeof ListedModel>
  readonly limits?: Partial<JobLimits>
  readonly running?: RunningCalls
}

/** A job whose first answer will call the tools, and the executor that is to carry it out. */
export async function beforeCalls(
  tools: readonly ReturnType<typeof deaf>[],
  { next = [answer('Done.')], limits, ...fields }: CallsOptions = {},
) {
  const world = execution(writer(...tools.map((one) => one.tool)), { ...DEFAULT_LIMITS, ...limits })
  const id = await world.submit()
  const model = new ListedModel(asksFor(...tools.map((one) => one.tool.name)), ...next)
  const executor = world.executor(model, undefined, fields)
  const cancelJob = new CancelJob({ jobs: world.store, clock: world.clock, executions: executor })
  const cancel = () => cancelJob.execute({ tenantId: 'acme', by: TILL, jobId: id })
  return { world, id, model, executor, cancel }
}

/** A job in the middle of the calls of its first answer. */
export async function inCalls(tools: readonly ReturnType<typeof deaf>[], options: CallsOptions = {}) {
  const scene = await beforeCalls(tools, options)
  const stop = new AbortController()
  const running = scene.executor.execute(scene.id, stop.signal)
  await Promise.all(tools.map(({ begun }) => begun))
  return { ...scene, stop, running }
}

/** Moves time on when all that needs no time is done. */
export async function pass({ clock }: Execution, ms: number): Promise<void> {
  await clock.advance(0)
  await clock.advance(ms)
}

export async function resultsOf(world: Execution, id: string): Promise<readonly unknown[]> {
  const events = await world.store.events(id, 0)
  return events.flatMap(({ event }) => (event.type === 'tool_call.completed' ? [event.result] : []))
}
