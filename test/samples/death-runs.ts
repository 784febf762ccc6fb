import type { ToolResult } from '#domain/agent/message.ts'
import { answer, asks } from '#test/support/script.ts'
import type { Run, SampleJob } from './sample-job.ts'

/** A once call that was cut off, and of which the dispatch log knows. */
const knownByLog = async (job: SampleJob, returned: ToolResult | null): Promise<void> => {
  await job.die('tool_call.started', [asks({ id: 'a', name: 'send' })])
  await job.runWithLog([answer('Done.')], returned)
}

/** Of jobs whose process died in the middle of a call, and that went on without a person. */
export const DEATH_RUNS: readonly Run[] = [
  {
    name: 'probed',
    play: async (job) => {
      await job.die('tool_call.started', [asks({ id: 'a', name: 'pay' }, { id: 'b', name: 'ship' })])
      await job.run([answer('Done.')])
    },
  },
  {
    name: 'a call that never left',
    play: (job) => knownByLog(job, null),
  },
  {
    name: 'a call whose result was lost',
    play: (job) => knownByLog(job, { callId: 'a', name: 'send', isError: false, output: { sent: 1 } }),
  },
  {
    name: 'a wasted model call',
    play: async (job) => {
      await job.die('model_call.started', [])
      await job.run([answer('Hej!')])
    },
  },
]
