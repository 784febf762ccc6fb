import { describe, expect, test } from 'vitest'
import { type WorkerSettings, missingObjects, objectsIn, problemsIn } from '#composition/cli/worker-settings.ts'
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
    expect([missingObjects(sound), problemsIn(sound, null), problemsIn(sound, objectsIn(sound))]).toEqual([
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
    expect(missingObjects(older)).toEqual({
      durable_objects: { bindings: bindings.slice(0, 1) },
      migrations: [{ tag: 'v2', new_sqlite_classes: CLASSES.slice(0, 1) }],
    })
    expect(problemsIn(older, objectsIn(older))).toEqual([])
    expect(problemsIn(sound, objectsIn(older))).not.toEqual([])
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
