import type { ModelReply } from '#ports/model.ts'
import { NO_OPTIONS } from '#domain/job/options.ts'
import { ModelError } from '#domain/model/errors.ts'
import { CALLBACK_EVENTS } from '#domain/callback/delivery.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'
import { answer, asks } from '#test/support/script.ts'
import { ANSWER_RUNS } from './answer-runs.ts'
import { APPROVAL_RUNS } from './approval-runs.ts'
import { DEATH_RUNS } from './death-runs.ts'
import { WRITE_RUNS } from './write-runs.ts'
import { DESK, type Run, SampleJob } from './sample-job.ts'

const MINUTE_MS = 60_000

const busy = new ModelError('The model is overloaded.', { retryable: true })
const useless = new ModelError('It is empty.', {
  retryable: true,
  usage: { ...NO_USAGE, inputTokens: 900, cacheWriteTokens: 800 },
})
const broken = new ModelError('There is no such model.', { retryable: false })
const hook = { url: 'https://shop.example.com/hooks/errand', events: CALLBACK_EVENTS }
const operation = { kind: 'operation', id: 'op_sample', for: DESK } as const

const thoughtful: ModelReply = {
  message: {
    role: 'assistant',
    parts: [
      { type: 'reasoning', text: 'Hm.', provider: { anthropic: { signature: 's' } } },
      { type: 'text', text: 'Hej!' },
      {
        type: 'tool_call',
        id: 'a',
        name: 'look',
        input: { deep: ['å', 1.5, null] },
        provider: { openai: { itemId: 'fc' } },
      },
    ],
  },
  finishReason: 'tool_calls',
  rawFinishReason: 'tool_use',
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 30, outputTokens: 20, reasoningTokens: 5 },
}

const ended = (finishReason: ModelReply['finishReason'], rawFinishReason: string): ModelReply => ({
  ...answer('Half of'),
  finishReason,
  rawFinishReason,
})

/** A once call that was cut off, so that the job waits to be told of it. */
const cutOff = async (job: SampleJob): Promise<void> => {
  await job.die('tool_call.started', [asks({ id: 'a', name: 'send', input: { to: 'ann' } })])
  await job.run([])
}

const RUNS: readonly Run[] = [
  { name: 'queued', play: () => Promise.resolve() },
  { name: 'plain', play: (job) => job.run([answer('Hej!')]) },
  { name: 'of a caller without a key', fields: { by: { kind: 'keyless' } }, play: (job) => job.run([answer('Hej!')]) },
  {
    name: 'with every option',
    fields: {
      by: operation,
      options: {
        tags: ['autumn'],
        metadata: { order: '1042' },
        batch: 'catalogue',
        callback: hook,
        retainMs: MINUTE_MS,
        retryOf: 'job_plain',
        fingerprint: 'ab12',
      },
    },
    play: (job) => job.run([answer('Hej!')]),
  },
  {
    name: 'tools of every effect',
    play: (job) =>
      job.run([
        thoughtful,
        asks(
          { id: 'b', name: 'look' },
          { id: 'c', name: 'save' },
          { id: 'd', name: 'send' },
          { id: 'e', name: 'nothing' },
        ),
        answer('Done.'),
      ]),
  },
  {
    name: 'too many iterations',
    play: (job) => job.run([1, 2, 3].map((n) => asks({ id: `c${String(n)}`, name: 'look' }))),
  },
  { name: 'ended for length', play: (job) => job.run([ended('length', 'max_tokens')]) },
  { name: 'ended by a filter', play: (job) => job.run([ended('content_filter', 'refusal')]) },
  { name: 'ended for another reason', play: (job) => job.run([ended('other', 'pause_turn')]) },
  {
    name: 'retries',
    play: async (job) => {
      for (const failed of [busy, useless]) {
        await job.run([failed])
        await job.pass(10 * MINUTE_MS)
      }
      await job.run([answer('Hej!')])
    },
  },
  { name: 'waiting for a retry', play: (job) => job.run([busy]) },
  { name: 'left to other servers', play: (job) => job.leave() },
  { name: 'failed', play: (job) => job.run([broken]) },
  {
    name: 'poisoned',
    play: async (job) => {
      await job.die('tool_call.started', [asks({ id: 'a', name: 'look' })])
      for (let deaths = 1; deaths < 5; deaths++) await job.die('attempt.started', [])
      await job.run([])
    },
  },
  { name: 'waiting for an outcome', fields: { options: { ...NO_OPTIONS, callback: hook } }, play: cutOff },
  {
    name: 'an outcome that happened',
    play: async (job) => {
      await cutOff(job)
      await job.resolve('a', { outcome: 'happened', result: { sent: true } })
      await job.run([answer('Done.')])
    },
  },
  {
    name: 'an outcome that did not happen',
    play: async (job) => {
      await cutOff(job)
      await job.resolve('a', { outcome: 'did_not_happen' }, operation)
      await job.run([answer('Done.')])
    },
  },
  {
    name: 'an outcome that fails the job',
    play: async (job) => {
      await cutOff(job)
      await job.resolve('a', { outcome: 'fail' })
    },
  },
  ...DEATH_RUNS,
  {
    name: 'a tool that hangs',
    play: async (job) => {
      const running = job.run([asks({ id: 'a', name: 'hang' }), broken])
      for (let n = 0; n < 4; n++) await job.pass(MINUTE_MS)
      await running
    },
  },
  {
    name: 'released',
    play: (job) => {
      const stop = new AbortController()
      const stopping = (): ModelReply => {
        stop.abort()
        return answer('Too late.')
      }
      return job.run([stopping], {}, stop.signal)
    },
  },
  {
    name: 'a lease that was renewed',
    play: async (job) => {
      const slow = async (): Promise<ModelReply> => {
        await job.pass(11_000)
        return answer('Hej!')
      }
      await job.run([slow], { alone: false })
    },
  },
  { name: 'canceled', play: (job) => job.cancel(operation) },
  {
    name: 'canceled with a call of unknown outcome',
    fields: { options: { ...NO_OPTIONS, callback: hook } },
    play: async (job) => {
      await cutOff(job)
      await job.cancel()
    },
  },
  {
    name: 'resolved after its end',
    play: async (job) => {
      await cutOff(job)
      await job.cancel()
      await job.resolve('a', { outcome: 'happened', result: null })
    },
  },
  {
    name: 'callbacks',
    fields: { options: { ...NO_OPTIONS, callback: hook } },
    play: async (job) => {
      await job.run([answer('Hej!')])
      for (const status of [null, 503, 204]) {
        await job.deliver(status)
        await job.pass(10 * MINUTE_MS)
      }
      await job.redeliver()
      await job.deliver(410)
    },
  },
  {
    name: 'a callback that is given up',
    fields: { options: { ...NO_OPTIONS, callback: hook } },
    play: async (job) => {
      await job.run([broken])
      for (let tries = 0; tries < 12; tries++) {
        await job.deliver(500)
        await job.pass(24 * 60 * MINUTE_MS)
      }
    },
  },
]

export interface JournalSample {
  readonly name: string
  /** As they are stored: JSON, in the order of their numbers. */
  readonly events: readonly object[]
}

/** Plays each run. The same every time. */
export async function playRuns(): Promise<readonly JournalSample[]> {
  const samples: JournalSample[] = []
  for (const { name, fields, agent, play } of [...RUNS, ...APPROVAL_RUNS, ...ANSWER_RUNS, ...WRITE_RUNS]) {
    const job = await new SampleJob(name, fields, typeof agent === 'function' ? agent() : agent).submit()
    await play(job)
    const events = (await job.journal()).map(({ event }) => JSON.parse(JSON.stringify(event)) as object)
    samples.push({ name, events })
  }
  return samples
}
