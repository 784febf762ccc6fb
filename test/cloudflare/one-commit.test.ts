import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import type { JobEvent } from '#domain/job/event.ts'
import { T0, after, started, submitted } from '#test/support/fixtures.ts'
import { objectJobs } from './object-jobs.ts'

afterAll(() => reset())

const STARTED: readonly JobEvent[] = [started(T0)]

// The platform keeps together what is written before the object awaits anything of the world. A timer stands for that.

/** A storage that notes what is written, and `|` wherever the object has gone on to another turn after a write. */
function noting(storage: DurableObjectStorage, notes: string[]): DurableObjectStorage {
  const note = (what: string): void => {
    notes.push(what)
    setTimeout(() => notes.push('|'), 0)
  }
  return new Proxy(storage, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target)
      if (name === 'sql') return { exec: exec(target, note) }
      if (typeof value !== 'function') return value
      return (...args: unknown[]): unknown => {
        if (name === 'setAlarm') note('wake')
        return value.apply(target, args)
      }
    },
  })
}

function exec({ sql }: DurableObjectStorage, note: (what: string) => void): SqlStorage['exec'] {
  return (query: string, ...bindings: unknown[]) => {
    if (query.startsWith('INSERT')) note('journal')
    return sql.exec(query, ...bindings)
  }
}

async function notesOf(pause: (storage: DurableObjectStorage) => DurableObjectStorage): Promise<readonly string[]> {
  const notes: string[] = []
  await runInDurableObject(env.CONTRACT_HOST.getByName(crypto.randomUUID()), async (_instance, { storage }) => {
    const jobs = objectJobs(pause(noting(storage, notes)))
    const { job, event, state } = submitted()
    await jobs.create(job, event)
    await scheduler.wait(1)
    await jobs.save(after(state, STARTED), STARTED)
  })
  return notes.filter((note, index) => note !== '|' || notes[index - 1] !== '|')
}

test('a job and its wake are written in one turn of the object, at its creation and at a save', async () => {
  expect((await notesOf((storage) => storage)).slice(0, 5)).toEqual(['journal', 'wake', '|', 'journal', 'wake'])
})

test('a wake that is set in a later turn is noticed', async () => {
  const late = (storage: DurableObjectStorage): DurableObjectStorage =>
    new Proxy(storage, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target)
        if (name === 'setAlarm') return (at: number) => scheduler.wait(1).then(() => target.setAlarm(at))
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  expect((await notesOf(late)).slice(0, 3)).toEqual(['journal', '|', 'wake'])
})
