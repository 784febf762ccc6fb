import { ok, strictEqual } from 'node:assert/strict'
import type { Clock } from '#ports/clock.ts'
import type { ContractCase } from './contract.ts'

export interface ClockSubject {
  readonly clock: Clock
  /** Lets at least `ms` go by. */
  readonly pass: (ms: number) => Promise<void>
  /** Sets the wall clock on, or back. */
  readonly step: (ms: number) => void
}

const HOUR_MS = 3_600_000

export const clockContract: readonly ContractCase<ClockSubject>[] = [
  {
    name: 'now() is in milliseconds since 1970 and goes on',
    async run({ clock, pass }) {
      const before = clock.now()
      ok(before > Date.UTC(2020, 0))
      await pass(2)
      ok(clock.now() >= before + 1)
    },
  },
  {
    name: 'monotonic() goes on with time',
    async run({ clock, pass }) {
      const before = clock.monotonic()
      await pass(5)
      ok(clock.monotonic() - before >= 4, 'a reading may round a millisecond, no more')
    },
  },
  {
    name: 'a wall clock that is set moves now() alone: neither monotonic() nor a timer',
    async run({ clock, pass, step }) {
      for (const ms of [HOUR_MS, -2 * HOUR_MS]) {
        let calls = 0
        const [wall, elapsed] = [clock.now(), clock.monotonic()]
        clock.after(1000, () => {
          calls++
        })
        step(ms)
        ok(Math.abs(clock.now() - wall - ms) < 1000)
        ok(clock.monotonic() >= elapsed && clock.monotonic() - elapsed < 1000)
        await pass(900)
        strictEqual(calls, 0)
        await pass(200)
        strictEqual(calls, 1)
        ok(clock.monotonic() - elapsed >= 1000 && clock.monotonic() - elapsed < 5000)
      }
    },
  },
  {
    name: 'after() acts once, not before its time',
    async run({ clock, pass }) {
      let calls = 0
      const before = clock.now()
      let at = 0
      clock.after(5, () => {
        calls++
        at = clock.now()
      })
      strictEqual(calls, 0)
      await pass(20)
      strictEqual(calls, 1)
      ok(at >= before + 4, 'a timer may round a millisecond, no more')
    },
  },
  {
    name: 'a delay longer than 32 bits can count is kept, and can be canceled',
    async run({ clock, pass }) {
      let calls = 0
      clock.after(2 ** 31 + 1000, () => {
        calls++
      })
      const cancel = clock.after(2 ** 31 + 1000, () => {
        calls += 10
      })
      await pass(2 ** 31)
      strictEqual(calls, 0)
      cancel()
      await pass(2000)
      strictEqual(calls, 1)
    },
  },
  {
    name: 'what is canceled does not happen',
    async run({ clock, pass }) {
      let calls = 0
      const cancel = clock.after(5, () => {
        calls++
      })
      cancel()
      await pass(20)
      strictEqual(calls, 0)
    },
  },
]
