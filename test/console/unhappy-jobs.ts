import * as z from 'zod'
import { ModelError, ModelNotConfiguredError, ModelTimeoutError } from '#domain/model/errors.ts'
import type { ModelReply } from '#ports/model.ts'
import { Receiver, callback } from '#test/http/receiver.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import {
  type Setting,
  type Unhappy,
  cutOff,
  delivered,
  dyingOften,
  executed,
  executedLater,
  made,
  outage,
  resolved,
  writes,
} from './unhappy-scenes.ts'

function refused(message: string, retryable = false): ListedModel {
  return new ListedModel(new ModelError(message, { retryable }))
}

function ended(finishReason: ModelReply['finishReason']): ListedModel {
  return new ListedModel({ ...answer('A linen apron is'), finishReason })
}

const sending = () => new ListedModel(asks({ id: 'a', name: 'send', input: { to: 'ada@example.com' } }))
const overloaded = new ModelError('anthropic/claude answered 529: Overloaded.', { retryable: true })

interface Case {
  readonly make: Setting
  /** What its page says before all else. */
  readonly says: readonly string[]
  /** What the list of jobs says, beside its status or the code of its failure. */
  readonly listed?: string
}

/** A job of each way in which one goes wrong or stands still. */
export const unhappyJobs = (): Readonly<Record<string, Case>> => ({
  'an empty account': {
    make: { model: refused('anthropic/claude answered 402: Your credit balance is too low.') },
    says: ['credit balance is too low', 'If an account is empty or a key is wrong', '/errors/model_failed'],
  },
  'a model that its provider does not know': {
    make: { model: refused('anthropic/claude answered 404: model: claude.') },
    says: ['answered 404', '/errors/model_failed'],
  },
  'an overloaded model, for now': {
    make: { model: new ListedModel(overloaded) },
    says: ['answered 529: Overloaded', 'It is tried again', '/errors/model_failed'],
    listed: 'to try again',
  },
  'an overloaded model, for too long': {
    make: { model: new ListedModel(overloaded, overloaded), then: outage },
    says: ['answered 529: Overloaded', 'ERRAND_MODEL_OUTAGE_SECONDS', '/errors/model_failed'],
  },
  'a model that does not answer in time': {
    make: { model: new ListedModel(new ModelTimeoutError('anthropic/claude', 300_000)) },
    says: ['did not answer within 300 s', 'It is tried again', '/errors/model_timeout'],
  },
  'a model without a key': {
    make: {
      model: new ListedModel(new ModelNotConfiguredError('The model anthropic/claude needs ANTHROPIC_API_KEY.')),
    },
    says: ['needs ANTHROPIC_API_KEY', 'Set the key of the provider', '/errors/model_not_configured'],
  },
  'an answer that does not fit its schema': {
    make: {
      model: new ListedModel(answer('{}'), answer('{}'), answer('{}')),
      agent: { output: z.object({ title: z.string() }) },
    },
    says: ['does not fit its output schema', 'loosen the schema', '/errors/output_invalid'],
  },
  'a deadline': {
    make: { agent: { jobTimeoutMs: 60_000 }, then: executedLater },
    says: ['not finished by its deadline', '<code>jobTimeoutMs</code>', '/errors/deadline_exceeded'],
  },
  'too many model calls': {
    make: {
      model: new ListedModel(...Array.from({ length: 100 }, (_, n) => asks({ id: `c${String(n)}`, name: 'count' }))),
      agent: { maxIterations: 1000 },
    },
    says: ['made 100 model calls', 'needs better instructions', '/errors/limit_exceeded'],
  },
  'a call that ends the process each time': {
    make: { then: dyingOften },
    says: ['died 20 times in a row at the same call', 'often memory', '/errors/poisoned'],
  },
  'a defect of the service': {
    make: { model: new ListedModel(new Error('secret detail')) },
    says: ['Something went wrong on our side', 'The log of the service says more', '/errors/internal_error'],
  },
  'an agent that no server knows, for now': {
    make: { app: { executes: [] } },
    says: ['No server that has looked at it knows the agent', 'deploy the agent under this name'],
    listed: 'to try again',
  },
  'an agent that no server knew': {
    make: {
      app: { executes: [] },
      agent: { jobTimeoutMs: 60_000 },
      then: async (job) => {
        await executed(job)
        await executedLater(job)
      },
    },
    says: ['No server knew the agent', '/errors/unknown_agent'],
  },
  'a call whose outcome is unknown': {
    make: { model: sending(), then: cutOff },
    says: ['Did <code>send</code> happen?', 'It is not repeated', 'It did not happen'],
    listed: 'did a call happen?',
  },
  'a call that a person has called a failure': {
    make: { model: sending(), then: resolved('fail') },
    says: ['was resolved as a failure', 'Retry the job when the reason is gone', '/errors/call_failed'],
  },
  'a deadline while the outcome of a call is unknown': {
    make: {
      model: sending(),
      agent: { jobTimeoutMs: 60_000 },
      then: async (job) => {
        await cutOff(job)
        await executedLater(job)
      },
    },
    says: ['not finished by its deadline', 'Did <code>send</code> happen?'],
    listed: 'did a call happen?',
  },
  'a call that needs approval': {
    make: { model: new ListedModel(asks({ id: 'a', name: 'pay', input: { euros: 20 } })) },
    says: ['<code>pay</code> waits for approval', 'Approve', 'Reject'],
    listed: 'for approval',
  },
  'a cancellation': {
    make: {
      then: async ({ scene, id }) => {
        await scene.app.post(`/jobs/${id}/cancel`, '')
      },
    },
    says: ['Canceled by '],
  },
  'as many model calls as the agent may make': {
    make: { model: new ListedModel(asks({ id: 'a', name: 'count' })), agent: { maxIterations: 1 } },
    says: ['It stopped early', '<code>maxIterations</code>'],
    listed: 'title="stopped at its limit of model calls">limit reached<',
  },
  'an answer of too many tokens': {
    make: { model: ended('length') },
    says: ['The answer is cut off', '<code>maxOutputTokens</code>'],
    listed: 'title="cut off at its limit of tokens">cut off<',
  },
  'an answer that the provider withheld': {
    make: { model: ended('content_filter') },
    says: ['The answer is cut off: the filter', 'use another model'],
    listed: 'title="cut off by a filter">filtered<',
  },
  'an end that the provider does not explain': {
    make: { model: ended('other') },
    says: ['a reason that Errand does not know', 'Look whether the answer is whole'],
    listed: 'title="stopped for an unknown reason">stopped early<',
  },
  'a tool that fails': {
    make: { model: new ListedModel(asks({ id: 'a', name: 'look' }), answer('I could not look.')) },
    says: ['1 of 1 tool calls failed', '<code>look</code>'],
  },
  'a callback that is given up': {
    make: {
      model: new ListedModel(answer('Done.')),
      order: { callback },
      app: { sender: new Receiver(...Array.from({ length: 4 }, () => 500)) },
      then: delivered,
    },
    says: ['was given up after 4 attempts', 'HTTP 500', 'Redeliver'],
    listed: 'callback given up',
  },
  'a callback to a receiver that wants no more': {
    make: {
      model: new ListedModel(answer('Done.')),
      order: { callback },
      app: { sender: new Receiver(410) },
      then: delivered,
    },
    says: ['wants no more messages (HTTP 410)', '<code>job.completed</code>', 'redeliver one below'],
  },
  'a write to what has changed meanwhile': {
    make: writes({ there: 'A person wrote this meanwhile.' }),
    says: ['product:mug was not written: something else is there by now.', '&amp;status=stale'],
  },
  'a write that the shop refuses, for now': {
    make: writes({ refusal: 'The shop says: too many requests.' }),
    says: ['product:mug could not be written yet.', 'too many requests', 'It is tried again'],
  },
  'a write that the shop has refused too often': {
    make: writes({ refusal: 'The shop says: this product is archived.', times: 10 }),
    says: ['product:mug may not have been written.', 'this product is archived', '&amp;status=failed'],
  },
})

/** A job that has gone wrong in one of these ways. */
export async function unhappyJob(name: string): Promise<Unhappy> {
  const wanted = unhappyJobs()[name]
  if (!wanted) throw new Error(`There is no unhappy job "${name}".`)
  return made(wanted.make)
}
