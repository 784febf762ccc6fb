import * as z from 'zod'
import { CarryOutWrites } from '#application/write/carry-out-writes.ts'
import { DecideProposal, type DecideProposalCommand } from '#application/write/decide-proposal.ts'
import { type AgentDefinition, defineAgent } from '#domain/agent/agent.ts'
import { AgentRegistry } from '#domain/agent/registry.ts'
import type { Tool } from '#domain/agent/tool.ts'
import type { Executor } from '#domain/job/claim.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import type { Actor } from '#domain/tenant/actor.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { type WriteDefinition, defineWrite } from '#domain/write/definition.ts'
import type { WriteRecord } from '#domain/write/write.ts'
import { NEVER, execution } from './execution.ts'
import { ALONE } from './fixtures.ts'
import { ListedModel, answer, asks } from './script.ts'

export const Text = z.object({ handle: z.string(), text: z.string() })

/** Who decides; `TILL` has submitted the job. */
export const BOSS: Actor = { kind: 'key', id: 'boss' }

/** A shelf of texts, and what has been done to it. */
export class Shelf {
  readonly texts = new Map<string, string>()
  readonly keys: string[] = []
  /** Called before a text is written, and after. */
  onWrite: (when: 'before' | 'after') => void = () => undefined
  onRead: () => void = () => undefined

  read(handle: string): string | null {
    this.onRead()
    return this.texts.get(handle) ?? null
  }

  write(handle: string, text: string | null, key: string): void {
    this.onWrite('before')
    this.keys.push(key)
    if (text === null) this.texts.delete(handle)
    else this.texts.set(handle, text)
    this.onWrite('after')
  }
}

/** A write of texts on `shelf`, under the name `describe`. */
export function describeOn(shelf: Shelf, fields: Partial<WriteDefinition<z.infer<typeof Text>, string>> = {}) {
  return defineWrite<z.infer<typeof Text>, string>({
    name: 'describe',
    description: 'Writes the text of a product.',
    input: Text,
    target: ({ handle }) => `product:${handle}`,
    read: ({ handle }) => shelf.read(handle),
    after: ({ text }) => text,
    write: ({ handle }, { after, idempotencyKey }) => {
      shelf.write(handle, after, idempotencyKey)
    },
    ...fields,
  })
}

type Seen = Partial<Pick<DecideProposalCommand, 'version' | 'by'>>

type SceneFields = Partial<WriteDefinition<z.infer<typeof Text>, string>> &
  Pick<AgentDefinition, 'writes'> & {
    /** In place of the write of texts on a shelf; its input is the same. */
    readonly tool?: Tool
  }

/** Jobs of an agent that writes a text on a shelf, in memory. */
export function writingScene({ writes, tool, ...fields }: SceneFields = {}) {
  const shelf = new Shelf()
  shelf.texts.set('mug', 'Old mug.')
  const write = tool ?? describeOn(shelf, fields)
  const agent = defineAgent({ name: 'writer', instructions: '', tools: [write], ...(writes && { writes }) })
  const world = execution(agent)
  const { clock, store, logger } = world
  const common = { jobs: store, clock, limits: DEFAULT_LIMITS, agents: new AgentRegistry([agent]) }
  const decideProposal = new DecideProposal(common)
  const run = async (text = 'New mug.', handle = 'mug') => {
    const id = await world.submit()
    const model = new ListedModel(asks({ id: 'a', name: write.name, input: { handle, text } }), answer('Done.'))
    await world.executor(model).execute(id, NEVER)
    return { id, model }
  }
  const first = (job: JobRecord): WriteRecord => {
    const [write] = job.writes
    if (!write) throw new Error('The job has no write.')
    return write
  }
  const decide = async (jobId: string, decision: WriteDecision, seen: Seen = {}): Promise<WriteRecord> => {
    const { id: proposalId } = first(await world.job(jobId))
    return first(await decideProposal.execute({ tenantId: 'acme', by: BOSS, proposalId, decision, ...seen }))
  }
  /** A process that carries out what was asked of writes. */
  const carrier = (executor: Partial<Executor> = {}): CarryOutWrites =>
    new CarryOutWrites({ ...common, logger, executor: { ...ALONE, ...executor } })
  return {
    ...world,
    carrier,
    agent,
    shelf,
    run,
    decide,
    decideProposal,
    writeOf: async (jobId: string) => first(await world.job(jobId)),
    /** The job's wake for what was asked of its writes, in a process of its own. */
    carryOut: async (jobId: string, executor: Partial<Executor> = {}) => carrier(executor).execute(jobId, NEVER),
  }
}
