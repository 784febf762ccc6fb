import { describe, expect, test } from 'vitest'
import type { AssistantMessage } from '#domain/agent/message.ts'
import { nextStep } from '#domain/agent/next-step.ts'
import { applyTurnEvent } from '#domain/agent/fold-turn.ts'
import { type Turn, startTurn } from '#domain/agent/turn.ts'
import type { FinishReason, TurnEvent } from '#domain/agent/turn-event.ts'
import { NO_USAGE } from '#domain/agent/usage.ts'

const agent = { maxIterations: 3 }

function answered(parts: AssistantMessage['parts'], finishReason: FinishReason = 'stop'): TurnEvent {
  return {
    type: 'model_call.completed',
    at: 1,
    iteration: 1,
    message: { role: 'assistant', parts },
    finishReason,
    usage: NO_USAGE,
  }
}

const call = (id: string) => ({ type: 'tool_call', id, name: 'lookup', input: {} }) as const
const begun = (callId: string): TurnEvent => ({
  type: 'tool_call.started',
  at: 1,
  callId,
  name: 'lookup',
  effect: 'read',
})
const done = (callId: string): TurnEvent => ({
  type: 'tool_call.completed',
  at: 1,
  result: { callId, name: 'lookup', isError: false, output: callId },
  toldBy: 'call',
})

function turnAfter(...events: TurnEvent[]): Turn {
  return events.reduce((turn, event) => applyTurnEvent(turn, event, 'exec_1'), startTurn('hello'))
}

describe('nextStep', () => {
  test('begins with the model', () => {
    expect(nextStep(turnAfter(), agent)).toEqual({ kind: 'call_model', iteration: 1 })
  })

  test('asks the model again when its call was begun and not finished', () => {
    const turn = turnAfter({ type: 'model_call.started', at: 1, iteration: 1, model: 'm' })
    expect(nextStep(turn, agent)).toEqual({ kind: 'call_model', iteration: 1 })
  })

  test.each([
    ['stop', 'finished'],
    ['tool_calls', 'finished'],
    ['other', 'other'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
  ] as const)('after an answer without calls that ended by %s: %s', (reason, stopReason) => {
    expect(nextStep(turnAfter(answered([{ type: 'text', text: 'Hej' }], reason)), agent)).toEqual({
      kind: 'finish',
      stopReason,
    })
  })

  test('calls the tools that the answer asks for', () => {
    const turn = turnAfter(answered([call('a'), call('b')]))
    expect(nextStep(turn, agent)).toEqual({
      kind: 'call_tools',
      calls: [
        { call: call('a'), resumed: false },
        { call: call('b'), resumed: false },
      ],
    })
  })

  test('goes on with what is not finished, and tells which calls were begun', () => {
    const turn = turnAfter(answered([call('a'), call('b'), call('c')]), begun('a'), begun('b'), done('a'))
    expect(nextStep(turn, agent)).toEqual({
      kind: 'call_tools',
      calls: [
        { call: call('b'), resumed: true },
        { call: call('c'), resumed: false },
      ],
    })
  })

  test('waits to be told of a call that must not happen twice, after all others are done', () => {
    const once = (callId: string): TurnEvent => ({
      type: 'tool_call.started',
      at: 7,
      callId,
      name: 'lookup',
      effect: 'once',
    })
    const begunBoth = [answered([call('a'), call('b')]), once('a'), begun('b')]
    expect(nextStep(turnAfter(...begunBoth), agent)).toMatchObject({
      kind: 'call_tools',
      calls: [{ call: { id: 'b' } }],
    })
    expect(nextStep(turnAfter(...begunBoth, done('b')), agent)).toEqual({
      kind: 'await',
      calls: [{ call: call('a'), startedAt: 7, executorId: 'exec_1' }],
    })
    const reopened: TurnEvent = { type: 'tool_call.reopened', at: 8, callId: 'a', toldBy: 'caller' }
    expect(nextStep(turnAfter(...begunBoth, done('b'), reopened), agent)).toEqual({
      kind: 'call_tools',
      calls: [{ call: call('a'), resumed: false }],
    })
  })

  test('counts what was begun, what failed and what was paid for nothing', () => {
    const begin: TurnEvent = { type: 'model_call.started', at: 1, iteration: 1, model: 'm' }
    const fail: TurnEvent = { type: 'model_call.failed', at: 1, iteration: 1, message: 'No.' }
    const turn = turnAfter(begin, begin, fail, begin, answered([call('a')]), begun('a'), done('a'))
    expect(turn.calls).toEqual({ modelCalls: 3, failedModelCalls: 1, wastedModelCalls: 1, toolCalls: 1, lastCallAt: 1 })
    expect(turn.failures).toBe(0)
  })

  test('asks the model again when all results are there', () => {
    const turn = turnAfter(answered([call('a'), call('b')]), begun('a'), begun('b'), done('b'), done('a'))
    expect(nextStep(turn, agent)).toEqual({ kind: 'call_model', iteration: 2 })
    expect(turn.messages.at(-1)).toMatchObject({ role: 'tool', results: [{ callId: 'a' }, { callId: 'b' }] })
  })

  test('stops when the model has been asked as often as the agent allows', () => {
    const round = (id: string) => [answered([call(id)]), begun(id), done(id)]
    const turn = turnAfter(...round('a'), ...round('b'), ...round('c'))
    expect(nextStep(turn, agent)).toEqual({ kind: 'finish', stopReason: 'max_iterations' })
    expect(nextStep(turn, { maxIterations: 4 })).toEqual({ kind: 'call_model', iteration: 4 })
  })
})
