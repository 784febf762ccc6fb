import { describe, expect, test } from 'vitest'
import { MemoryJobStore } from '#adapters/testing/job-store.ts'
import type { JobEvent } from '#domain/job/event.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'
import { Witness } from './witness.ts'

/** Events as far as the witness looks at them. */
const events = (...list: readonly object[]): readonly JobEvent[] => list as readonly JobEvent[]

const MODEL = [
  { type: 'model_call.started', iteration: 1 },
  { type: 'model_call.completed', iteration: 1 },
]
const TOOL = { type: 'tool_call.started', callId: 'a' }
const RESULT = { type: 'tool_call.completed', result: { callId: 'a' } }
const NEXT = { type: 'model_call.started', iteration: 2 }

describe('the witness', () => {
  const witness = () => new Witness(new MemoryJobStore(new RecordingWaker()))

  test('has nothing against results that are stored with the next intent', () => {
    const one = witness()
    one.toolCallBegins(events(...MODEL, TOOL), 'job_1/a')
    one.modelCallBegins(events(...MODEL, TOOL, RESULT, NEXT), 2)
    expect(one.violations).toEqual([])
  })

  test('notices a result that is committed after the next intent', () => {
    const one = witness()
    one.modelCallBegins(events(...MODEL, TOOL, NEXT), 2)
    expect(one.violations).toEqual(['model call 2 began before the result of a was stored'])
  })

  test('notices a model answer that is committed after the call it asks for', () => {
    const one = witness()
    one.toolCallBegins(events({ type: 'model_call.started', iteration: 1 }, TOOL), 'job_1/a')
    expect(one.violations).toEqual(['tool call a began before the answer that asks for it was stored'])
  })
})
