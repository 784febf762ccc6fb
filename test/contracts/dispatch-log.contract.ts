import { deepStrictEqual } from 'node:assert/strict'
import type { ToolResult } from '#domain/agent/message.ts'
import type { DispatchLog } from '#ports/dispatch-log.ts'
import type { ContractCase } from './contract.ts'

export interface DispatchLogSubject {
  /** The log of a new process on the same machine. */
  start(executorId: string): { readonly log: DispatchLog; die(): void }
}

const RESULT: ToolResult = { callId: 'a', name: 'save', isError: false, output: { id: 7, text: 'sålt' } }

const CHECKS: readonly { readonly name: string; check(subject: DispatchLogSubject): void }[] = [
  {
    name: 'tells the calls that a dead process made from those that it did not make',
    check({ start }) {
      const first = start('exec_1')
      for (const key of ['job_1/a', 'job_1/b', 'job_2/a']) first.log.record(key)
      first.die()
      const { log } = start('exec_2')
      const keys = ['job_1/a', 'job_1/b', 'job_2/a', 'job_2/b', 'job_1/', '']
      deepStrictEqual(
        keys.map((key) => log.neverMade('exec_1', key)),
        [false, false, false, true, true, true],
      )
    },
  },
  {
    name: 'proves nothing about a process that lives: it may still make the call',
    check({ start }) {
      const first = start('exec_1')
      const { log } = start('exec_2')
      deepStrictEqual(log.neverMade('exec_1', 'job_1/a'), false)
      first.log.record('job_1/a')
      first.die()
      deepStrictEqual(log.neverMade('exec_1', 'job_1/a'), false)
      deepStrictEqual(log.neverMade('exec_1', 'job_1/b'), true)
    },
  },
  {
    name: 'proves nothing about a process that it has never heard of',
    check({ start }) {
      const { log } = start('exec_2')
      const strangers = ['exec_1', '', '../exec_2', 'exec_2/../exec_2']
      deepStrictEqual(
        strangers.map((id) => log.neverMade(id, 'job_1/a')),
        strangers.map(() => false),
      )
    },
  },
  {
    name: 'knows a dead process from one that lives, that it has never heard of, and that is its own',
    check({ start }) {
      const first = start('exec_1')
      const { log } = start('exec_2')
      const ids = ['exec_1', 'exec_2', 'exec_3', '../exec_1', '']
      const dead = (): readonly string[] => ids.filter((id) => log.isDead(id))
      deepStrictEqual(dead(), [])
      first.die()
      deepStrictEqual(dead(), ['exec_1'])
    },
  },
  {
    name: 'knows what its own process has made',
    check({ start }) {
      const { log } = start('exec_1')
      deepStrictEqual(log.neverMade('exec_1', 'job_1/a'), true)
      log.record('job_1/a')
      deepStrictEqual(log.neverMade('exec_1', 'job_1/a'), false)
    },
  },
  {
    name: 'keeps every note that is not forgotten, whatever is forgotten beside it',
    check({ start }) {
      const first = start('exec_1')
      for (let n = 0; n < 100; n++) first.log.record(`job_${String(n)}/a`)
      for (let n = 0; n < 100; n += 2) first.log.forget(`job_${String(n)}/a`)
      for (let n = 0; n < 70; n++) first.log.record(`job_${String(n)}/b`)
      first.die()
      const { log } = start('exec_2')
      const lost: string[] = []
      for (let n = 1; n < 100; n += 2)
        if (log.neverMade('exec_1', `job_${String(n)}/a`)) lost.push(`job_${String(n)}/a`)
      for (let n = 0; n < 70; n++) if (log.neverMade('exec_1', `job_${String(n)}/b`)) lost.push(`job_${String(n)}/b`)
      deepStrictEqual(lost, [])
    },
  },
  {
    name: 'knows what the calls of a dead process had returned, and of no other',
    check({ start }) {
      const first = start('exec_1')
      first.log.record('job_1/a')
      first.log.record('job_1/b')
      first.log.returned('job_1/a', RESULT)
      const { log } = start('exec_2')
      deepStrictEqual(log.resultOf('exec_1', 'job_1/a'), null)
      first.die()
      const results = ['job_1/a', 'job_1/b', 'job_1/c'].map((key) => log.resultOf('exec_1', key))
      deepStrictEqual(results, [RESULT, null, null])
      deepStrictEqual(log.resultOf('exec_9', 'job_1/a'), null)
      deepStrictEqual(log.neverMade('exec_1', 'job_1/a'), false)
    },
  },
  {
    name: 'keeps each result, whatever is forgotten beside it',
    check({ start }) {
      const first = start('exec_1')
      const keys = Array.from({ length: 20 }, (_, n) => `job_${String(n)}/a`)
      for (const key of keys) first.log.record(key)
      for (const key of keys.slice(0, 10)) first.log.forget(key)
      const later = keys.slice(0, 5).map((key) => `${key}/later`)
      for (const key of later) first.log.record(key)
      const known = [...keys.slice(10), ...later]
      for (const key of known) first.log.returned(key, { ...RESULT, output: key })
      first.die()
      const { log } = start('exec_2')
      deepStrictEqual(
        known.map((key) => log.resultOf('exec_1', key)?.output),
        known,
      )
    },
  },
  {
    name: 'answers the same when it is asked again, and after others were asked',
    check({ start }) {
      for (const id of ['exec_1', 'exec_2']) {
        const process = start(id)
        process.log.record(`${id}/made`)
        process.die()
      }
      const { log } = start('exec_3')
      for (let times = 0; times < 2; times++) {
        for (const id of ['exec_1', 'exec_2']) {
          deepStrictEqual([log.neverMade(id, `${id}/made`), log.neverMade(id, `${id}/not`)], [false, true])
        }
      }
    },
  },
]

export const dispatchLogContract: readonly ContractCase<DispatchLogSubject>[] = CHECKS.map(({ name, check }) => ({
  name,
  run: async (subject) => {
    check(subject)
    return Promise.resolve()
  },
}))
