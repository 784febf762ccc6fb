import { describe, expect, test } from 'vitest'
import { type ScheduleActionSpec, schedule, unschedule } from '#composition/config/webhook-actions.ts'

const work = { agent: 'writer', input: { cart: 1 } }
const AT = '2026-12-01T09:00:00+01:00'
const MS = Date.UTC(2026, 11, 1, 8)

describe('schedule(…) in a handler', () => {
  test('takes the body of PUT /schedules/{id}', () => {
    const spec = { ...work, when: { at: AT }, latestBy: AT, endAt: AT, retentionSeconds: 60, tags: ['x'] }
    expect(schedule('cart:1', spec)).toEqual({
      type: 'schedule',
      id: 'cart:1',
      spec: { ...work, when: { at: MS }, latestBy: MS, endAt: MS, retainMs: 60_000, tags: ['x'] },
    })
  })

  test('is as old as its event, or as it says', () => {
    const spec = { ...work, when: { delaySeconds: 60 } }
    expect(schedule('cart:1', spec)).not.toHaveProperty('occurredAt')
    expect(schedule('cart:1', { ...spec, occurredAt: AT })).toMatchObject({ occurredAt: MS })
    expect(unschedule('cart:1')).toEqual({ type: 'unschedule', id: 'cart:1' })
    expect(unschedule('cart:1', { occurredAt: AT })).toEqual({ type: 'unschedule', id: 'cart:1', occurredAt: MS })
  })

  test.each([
    [{ ...work, when: { at: MS } }, 'schedule("cart:1"): when: must be like'],
    [{ ...work, when: { at: 'tomorrow' } }, 'schedule("cart:1"): when.at: must be a time'],
    [
      { ...work, when: { delaySeconds: 60 }, metdata: {} },
      'schedule("cart:1"): Unrecognized key: "metdata". Did you mean "metadata"?',
    ],
  ])('refuses %j', (spec, said) => {
    expect(() => schedule('cart:1', spec as ScheduleActionSpec)).toThrow(said)
  })

  test('refuses a time of unschedule(…) that is none', () => {
    expect(() => unschedule('cart:1', { occurredAt: 'now' })).toThrow('unschedule("cart:1"): must be a time')
  })
})
