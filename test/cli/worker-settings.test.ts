import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { workerEntry } from '#composition/cli/worker-entry.ts'
import { type WorkerSettings, missingSettings, objectsIn, problemsIn } from '#composition/cli/worker-settings.ts'
import { DURABLE_OBJECTS } from '#composition/durable-objects.ts'

const CLASSES = Object.keys(DURABLE_OBJECTS)
const bindings = Object.entries(DURABLE_OBJECTS).map(([class_name, name]) => ({ name, class_name }))
const v1 = { tag: 'v1', new_sqlite_classes: CLASSES }
const sound: WorkerSettings = {
  durable_objects: { bindings },
  migrations: [v1],
  d1_databases: [{ binding: 'JOB_INDEX' }],
}
const own = { name: 'CARTS', class_name: 'Carts' }

describe('the configuration of a Worker', () => {
  test('is sound with every class, before and after a deploy', () => {
    expect([missingSettings(sound), problemsIn(sound, null), problemsIn(sound, objectsIn(sound))]).toEqual([
      null,
      [],
      [],
    ])
  })

  test('lacks the classes of a newer release: they get a migration of their own', () => {
    const older: WorkerSettings = {
      ...sound,
      durable_objects: { bindings: bindings.slice(1) },
      migrations: [{ tag: 'v1', new_sqlite_classes: CLASSES.slice(1) }],
    }
    expect(missingSettings(older)).toEqual({
      durable_objects: { bindings: bindings.slice(0, 1) },
      migrations: [{ tag: 'v2', new_sqlite_classes: CLASSES.slice(0, 1) }],
    })
    expect(problemsIn(older, objectsIn(older))).toEqual([])
    expect(problemsIn(sound, objectsIn(older))).not.toEqual([])
  })

  test('of a Worker that has no Errand yet gets all that it needs, beside what it has', () => {
    const theirs: WorkerSettings = {
      name: 'shop',
      durable_objects: { bindings: [own] },
      migrations: [{ tag: 'v1', new_sqlite_classes: ['Carts'] }],
      compatibility_flags: ['nodejs_compat', 'enable_request_signal'],
    }
    expect(missingSettings(theirs)).toEqual({
      durable_objects: { bindings },
      migrations: [{ tag: 'v2', new_sqlite_classes: CLASSES }],
      d1_databases: [{ binding: 'JOB_INDEX', database_name: 'shop-jobs' }],
      compatibility_flags: ['global_fetch_strictly_public'],
      triggers: { crons: ['* * * * *'] },
      version_metadata: { binding: 'CF_VERSION_METADATA' },
    })
    expect(problemsIn(theirs, null)).toEqual([])
  })

  test.each<[string, WorkerSettings, RegExp]>([
    [
      'a class that is gone',
      { ...sound, durable_objects: { bindings: bindings.slice(1) } },
      /Class AgentJob was deployed/,
    ],
    [
      'a changed migration',
      { ...sound, migrations: [{ ...v1, tag: 'v0' }] },
      /Migration "v1" is not as it was deployed/,
    ],
    ['a migration that is gone', { ...sound, migrations: [] }, /Migration "v1"/],
    [
      'another name of a binding',
      { ...sound, durable_objects: { bindings: [{ name: 'JOBS', class_name: 'AgentJob' }, ...bindings.slice(1)] } },
      /AgentJob is bound as JOBS: it must be AGENT_JOB/,
    ],
    [
      'an own class without a migration',
      { ...sound, durable_objects: { bindings: [...bindings, own] } },
      /Carts is in no/,
    ],
    ['no index', { ...sound, d1_databases: [] }, /JOB_INDEX/],
  ])('is refused after a deploy for %s', (_case, changed, said) => {
    expect(problemsIn(changed, objectsIn(sound)).join(' ')).toMatch(said)
  })

  test('may give up a class of the author on purpose', () => {
    const first = { tag: 'v2', new_sqlite_classes: ['Carts'] }
    const deployed: WorkerSettings = {
      ...sound,
      durable_objects: { bindings: [...bindings, own] },
      migrations: [v1, first],
    }
    const renamed: WorkerSettings = {
      ...sound,
      durable_objects: { bindings: [...bindings, { name: 'CARTS', class_name: 'Baskets' }] },
      migrations: [v1, first, { tag: 'v3', renamed_classes: [{ from: 'Carts', to: 'Baskets' }] }],
    }
    expect(problemsIn(renamed, objectsIn(deployed))).toEqual([])
    expect(problemsIn(sound, objectsIn(deployed)).join(' ')).toMatch(/Migration "v2".*Class Carts/)
  })
})

describe('the entry of a Worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  const project = (worker: string | null) => ({
    folder,
    config: join(folder, 'errand.config.ts'),
    server: null,
    worker,
  })

  test.each([
    ['is the main of a Worker that the author has', 'src/index.ts', null, 'src/index.ts'],
    ['is that also beside a worker.ts', 'src/index.ts', 'worker.ts', 'src/index.ts'],
    ['is worker.ts in a made project', '.errand/worker.ts', 'worker.ts', 'worker.ts'],
    ['is made in a made project', '.errand/worker.ts', null, '.errand/worker.ts'],
  ])('%s', (...[, main, worker, expected]) => {
    const entry = workerEntry(project(worker === null ? null : join(folder, worker)), { main })
    expect(relative(folder, entry)).toBe(expected)
  })
})
