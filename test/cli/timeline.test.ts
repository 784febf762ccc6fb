import { expect, test } from 'vitest'
import { Timeline } from '#adapters/cli/jobs/timeline.ts'
import { paintFor } from '#adapters/cli/paint.ts'
import type { JobEvent } from '#adapters/client/types.ts'

test.each([
  { effect: 'read', line: 'calls write_sv, which changes nothing by itself' },
  { effect: 'idempotent', line: 'calls write_sv, which may be repeated' },
  { effect: 'once', line: 'calls write_sv, which must not be repeated' },
  { effect: null, line: 'calls write_sv' },
])('the line of a call says in words what its effect $effect means', ({ effect, line }) => {
  const data = { at: '2026-11-30T02:00:00.000Z', callId: 'c1', name: 'write_sv', effect }
  const event = { event: 'tool_call.started', data } as unknown as JobEvent
  const timeline = new Timeline({ paint: paintFor(false), detailed: false })
  expect(timeline.line(event)?.replace(/^\S+ {2}/, '')).toBe(`${line}\n`)
})
