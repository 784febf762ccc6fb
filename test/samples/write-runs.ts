import { NO_OPTIONS } from '#domain/job/options.ts'
import type { WriteContext } from '#domain/agent/tool.ts'
import { answer, asks } from '#test/support/script.ts'
import { Shelf, describeOn } from '#test/support/writing.ts'
import { DESK, type Run, type SampleJob } from './sample-job.ts'

const MINUTE_MS = 60_000
const call = asks({ id: 'a', name: 'describe', input: { handle: 'mug', text: 'A mug of stoneware.' } })
const write = (job: SampleJob): Promise<void> => job.run([call, answer('Done.')])

/** A shelf of its own for each job, whose text something else may change when it is read for the `nth` time. */
function shelf({ editedAt = Infinity, fails = false, says = false } = {}) {
  const texts = new Shelf()
  let reads = 0
  texts.texts.set('mug', 'MUG!!')
  texts.onRead = () => {
    if (++reads === editedAt) texts.texts.set('mug', 'Edited by hand.')
  }
  texts.onWrite = () => {
    if (fails) throw new Error('The shop is overloaded.')
  }
  const short = (_before: string | null, after: string) => (after.length < 20 ? 'It is short.' : null)
  const write = ({ handle }: { handle: string }, { after, idempotencyKey }: WriteContext<string>) => {
    texts.write(handle, after, idempotencyKey)
    return { stored: after }
  }
  return { tools: [describeOn(texts, { flags: { short }, ...(says && { write }) })] }
}

const apply = { options: { ...NO_OPTIONS, writes: 'apply' } } as const
const propose = { options: { ...NO_OPTIONS, writes: 'propose' } } as const

async function approveAndApply(job: SampleJob): Promise<void> {
  await write(job)
  await job.decide({ action: 'approve' })
  await job.decide({ action: 'apply' })
}

export const WRITE_RUNS: readonly Run[] = [
  { name: 'with a proposal', fields: propose, agent: shelf, play: write },
  {
    name: 'with a proposal that was edited, applied and undone',
    fields: { ...propose, by: DESK },
    agent: shelf,
    play: async (job) => {
      await write(job)
      await job.decide({ action: 'approve', after: 'A small mug.' })
      await job.decide({ action: 'apply' })
      await job.carryOut('write.started')
      await job.carryOut()
      await job.decide({ action: 'undo' })
      await job.carryOut()
    },
  },
  {
    name: 'with a proposal that was rejected',
    fields: propose,
    agent: shelf,
    play: async (job) => {
      await write(job)
      await job.decide({ action: 'reject', reason: 'too long' })
    },
  },
  {
    name: 'with a proposal that is stale',
    fields: propose,
    agent: () => shelf({ editedAt: 2 }),
    play: async (job) => {
      await approveAndApply(job)
      await job.carryOut()
    },
  },
  {
    name: 'with a proposal that cannot be applied',
    fields: propose,
    agent: () => shelf({ fails: true }),
    play: async (job) => {
      await approveAndApply(job)
      for (let tries = 0; tries < 5; tries++) {
        await job.carryOut()
        await job.pass(10 * MINUTE_MS)
      }
    },
  },
  { name: 'that writes at once', fields: apply, agent: shelf, play: write },
  {
    name: 'that writes at once, and records what was kept',
    fields: apply,
    agent: () => shelf({ says: true }),
    play: write,
  },
  {
    name: 'canceled in the middle of a write',
    fields: apply,
    agent: shelf,
    play: async (job) => {
      await job.die('write.begun', [call])
      await job.cancel()
      await job.run([])
    },
  },
]
