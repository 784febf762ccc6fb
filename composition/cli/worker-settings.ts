import { isDeepStrictEqual } from 'node:util'
import { DURABLE_OBJECTS } from '../durable-objects.ts'

const INDEX = 'JOB_INDEX'

/** What this module reads in a wrangler configuration. */
export interface WorkerSettings {
  readonly name?: string
  readonly main?: string
  readonly vars?: Readonly<Record<string, unknown>>
  readonly compatibility_flags?: readonly string[]
  readonly version_metadata?: { readonly binding: string }
  readonly triggers?: { readonly crons?: readonly string[] }
  readonly durable_objects?: { readonly bindings?: readonly Binding[] }
  readonly migrations?: readonly Migration[]
  readonly d1_databases?: readonly Database[]
}

interface Database {
  readonly binding: string
  readonly database_name?: string
}

interface Binding {
  readonly name: string
  readonly class_name: string
  /** Of another Worker. */
  readonly script_name?: string
}

interface Migration {
  readonly tag: string
  readonly new_sqlite_classes?: readonly string[]
  readonly deleted_classes?: readonly string[]
  readonly renamed_classes?: readonly { readonly from: string; readonly to: string }[]
}

/** The names that the last deploy has fixed. Stored jobs belong to them. */
export interface DeployedObjects {
  readonly classes: readonly string[]
  readonly migrations: readonly Migration[]
}

export function objectsIn(settings: WorkerSettings): DeployedObjects {
  return { classes: bindingsIn(settings).map((binding) => binding.class_name), migrations: settings.migrations ?? [] }
}

/** See the template of wrangler.jsonc: without the second flag, callbacks could reach the Worker's own zone. */
const FLAGS = ['enable_request_signal', 'global_fetch_strictly_public']
const SWEEP = '* * * * *'

/** What must be added: the classes of this release, and to a Worker that had none, the rest too. `null` if all is there. */
export function missingSettings(settings: WorkerSettings): WorkerSettings | null {
  const bound = new Set(bindingsIn(settings).map((binding) => binding.class_name))
  const migrated = migratedClasses(settings.migrations ?? [])
  const bindings = Object.entries(DURABLE_OBJECTS)
    .filter(([className]) => !bound.has(className))
    .map(([class_name, name]) => ({ name, class_name }))
  const classes = Object.keys(DURABLE_OBJECTS).filter((className) => !migrated.has(className))
  if (bindings.length === 0 && classes.length === 0) return null
  return {
    ...(bindings.length > 0 && { durable_objects: { bindings } }),
    ...(classes.length > 0 && {
      migrations: [{ tag: nextTag(settings.migrations ?? []), new_sqlite_classes: classes }],
    }),
    ...(isNew(settings) && missingBesides(settings)),
  }
}

function missingBesides(settings: WorkerSettings): WorkerSettings {
  const { name, compatibility_flags = [], triggers, version_metadata } = settings
  const flags = FLAGS.filter((flag) => !compatibility_flags.includes(flag))
  return {
    ...(!hasIndex(settings) && { d1_databases: [{ binding: INDEX, database_name: `${name ?? 'errand'}-jobs` }] }),
    ...(flags.length > 0 && { compatibility_flags: flags }),
    ...(!triggers?.crons?.includes(SWEEP) && { triggers: { crons: [SWEEP] } }),
    ...(!version_metadata && { version_metadata: { binding: 'CF_VERSION_METADATA' } }),
  }
}

/** Whether no class of Errand is bound yet, as in a Worker to which Errand is being added. */
function isNew(settings: WorkerSettings): boolean {
  return bindingsIn(settings).every(({ class_name }) => !(class_name in DURABLE_OBJECTS))
}

function hasIndex({ d1_databases = [] }: WorkerSettings): boolean {
  return d1_databases.some(({ binding }) => binding === INDEX)
}

/** What a Worker that has Errand needs besides, and an author may have taken out. One sentence each. */
export function lacksIn(settings: WorkerSettings): readonly string[] {
  if (isNew(settings)) return []
  const { compatibility_flags: flags = [], triggers, version_metadata } = missingBesides(settings)
  return [
    ...flags.map((flag) => `There is no "${flag}" in "compatibility_flags": add it.`),
    ...(triggers ? [`There is no "${SWEEP}" in "crons" of "triggers": without it, lost alarms are not found.`] : []),
    ...(version_metadata
      ? ['There is no "version_metadata": without it, a deploy in the middle of a call counts against its job.']
      : []),
  ]
}

/** What a deploy would break, or what would keep the Worker from starting. One sentence each. */
export function problemsIn(settings: WorkerSettings, deployed: DeployedObjects | null): readonly string[] {
  return [
    ...bindingProblems(settings),
    // To a new Worker it is added. Here, another database would hide the jobs and keys of the one that is missing.
    ...(isNew(settings) || hasIndex(settings)
      ? []
      : ['There is no D1 database with the binding JOB_INDEX: put the entry back into "d1_databases".']),
    ...(deployed === null ? [] : changesSince(deployed, settings)),
  ]
}

function bindingProblems(settings: WorkerSettings): readonly string[] {
  const migrated = migratedClasses(settings.migrations ?? [])
  return bindingsIn(settings).flatMap(({ name, class_name }) => {
    const wanted = Object.entries(DURABLE_OBJECTS).find(([className]) => className === class_name)?.[1]
    if (wanted !== undefined && wanted !== name)
      return [`Class ${class_name} is bound as ${name}: it must be ${wanted}.`]
    // The classes of this release are added by a deploy.
    if (wanted !== undefined || migrated.has(class_name)) return []
    return [`Class ${class_name} is in no migration: add one with new_sqlite_classes.`]
  })
}

function changesSince(deployed: DeployedObjects, settings: WorkerSettings): readonly string[] {
  const migrations = settings.migrations ?? []
  const changed = deployed.migrations
    .filter((migration, index) => !isDeepStrictEqual(migration, migrations[index]))
    .map(({ tag }) => `Migration "${tag}" is not as it was deployed. Put it back, and add a new one after it.`)
  const bound = new Set(bindingsIn(settings).map((binding) => binding.class_name))
  const given = givenUp(migrations.slice(deployed.migrations.length))
  const gone = deployed.classes
    .filter((name) => !bound.has(name) && !given.has(name))
    .map((name) => `Class ${name} was deployed and has no binding now: its stored objects would be out of reach.`)
  return [...changed, ...gone]
}

function bindingsIn({ durable_objects }: WorkerSettings): readonly Binding[] {
  return (durable_objects?.bindings ?? []).filter(({ script_name }) => script_name === undefined)
}

function migratedClasses(migrations: readonly Migration[]): ReadonlySet<string> {
  return new Set(
    migrations.flatMap(({ new_sqlite_classes = [], renamed_classes = [] }) => [
      ...new_sqlite_classes,
      ...renamed_classes.map(({ to }) => to),
    ]),
  )
}

/** Classes that the author has deleted or renamed on purpose. */
function givenUp(migrations: readonly Migration[]): ReadonlySet<string> {
  return new Set(
    migrations.flatMap(({ deleted_classes = [], renamed_classes = [] }) => [
      ...deleted_classes,
      ...renamed_classes.map(({ from }) => from),
    ]),
  )
}

function nextTag(migrations: readonly Migration[]): string {
  const tags = new Set(migrations.map(({ tag }) => tag))
  let number = migrations.length + 1
  while (tags.has(`v${String(number)}`)) number++
  return `v${String(number)}`
}
