import type { JobEvent } from '#domain/job/event.ts'
import type { JobState } from '#domain/job/replay.ts'
import type { JobStore } from '#ports/job-store.ts'
import type { CrashSubject } from './crash-run.ts'

type Save = JobStore['save']

/** Deliberate bugs of a store or of the engine above it, each of which the crash kit must notice. */
export const MUTATIONS: Readonly<Record<string, (subject: CrashSubject) => CrashSubject>> = {
  'says that a write is durable before it is': (subject) => {
    let behind: readonly [JobState, readonly JobEvent[]] | null = null
    return withSave(subject, (store) => async (state, events) => {
      if (behind) await store.save(...behind).catch(() => undefined)
      behind = [state, events]
    })
  },
  'forgets results': (subject) =>
    withSave(
      subject,
      (store) => (state, events) =>
        store.save(
          state,
          events.filter(({ type }) => type !== 'tool_call.completed'),
        ),
    ),
  'forgets intents': (subject) =>
    withSave(
      subject,
      (store) => (state, events) =>
        store.save(
          state,
          events.filter(({ type }) => !type.endsWith('_call.started')),
        ),
    ),
  'sets the wake after the work': (subject) => ({
    ...subject,
    armedAt: async (jobId) =>
      (await subject.store.load(jobId))?.job.status === 'running' ? null : subject.armedAt(jobId),
  }),
  'loses the notes of its calls': (subject) => ({
    ...subject,
    mutateLog: (log) => ({ ...log, record: () => undefined }),
  }),
  'notes a call only after it was made': (subject) => ({
    ...subject,
    mutateLog: (log) => ({
      ...log,
      record: (key) => {
        setImmediate(() => {
          log.record(key)
        })
      },
    }),
  }),
  'asks about calls that it knows were never made': (subject) => ({
    ...subject,
    mutateLog: (log) => ({ ...log, neverMade: () => false }),
  }),
  'asks about calls whose result was noted': (subject) => ({
    ...subject,
    mutateLog: (log) => ({ ...log, resultOf: () => null }),
  }),
  'takes a call that was noted for one that returned': (subject) => ({
    ...subject,
    mutateLog: (log) => ({
      ...log,
      resultOf: (executorId, key) => {
        if (!log.isDead(executorId) || log.neverMade(executorId, key)) return null
        return { callId: key.slice(key.indexOf('/') + 1), name: 'guess', isError: false, output: null }
      },
    }),
  }),
  'keeps the record and loses the events': (subject) => withSave(subject, (store) => (state) => store.save(state, [])),
}

function withSave(subject: CrashSubject, save: (store: JobStore) => Save): CrashSubject {
  const { store } = subject
  const mutated: JobStore = {
    create: (job, event) => store.create(job, event),
    get: (tenantId, jobId) => store.get(tenantId, jobId),
    load: (jobId) => store.load(jobId),
    events: (jobId, after) => store.events(jobId, after),
    save: save(store),
    remove: (job) => store.remove(job),
  }
  return { ...subject, store: mutated }
}
