import { toolCallsOf } from './message.ts'
import type { Turn } from './turn.ts'
import type { UnknownCall } from './open-calls.ts'

/** A call as a message names it. */
export interface NamedCall {
  readonly callId: string
  readonly name: string
}

/**
 * `once` calls of unknown outcome: begun without a result, or given up at their time limit, which the model has read.
 * In the order of the model's requests.
 */
export function doubtfulCalls({ messages, openCalls, timedOutCalls }: Turn): readonly UnknownCall[] {
  const begun = new Map([...timedOutCalls, ...openCalls].map((call) => [call.callId, call]))
  const asked = messages.flatMap((message) => (message.role === 'assistant' ? toolCallsOf(message) : []))
  return asked.flatMap((call) => {
    const known = begun.get(call.id)
    return known?.effect === 'once' ? [{ call, startedAt: known.startedAt, executorId: known.executorId }] : []
  })
}

/** Whether what the call brings is still news. */
export function isDoubtful({ openCalls, timedOutCalls }: Turn, callId: string): boolean {
  return [...openCalls, ...timedOutCalls].some((call) => call.callId === callId)
}
