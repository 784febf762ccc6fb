import { basename, join, relative } from 'node:path'

/** A Worker of `bench/cloudflare`. */
export interface BenchWorker {
  /** Its entry. */
  readonly main: string
  /** Binding and class of its objects. */
  readonly objects: Readonly<Record<string, string>>
  /** Binding of its D1 database. */
  readonly d1: string | null
  readonly vars: Readonly<Record<string, string>>
}

/** As in `wrangler.toml` (`test/gates/wrangler.test.ts`). */
export const DATE = '2026-08-01'
export const FLAGS = ['enable_request_signal', 'global_fetch_strictly_public']

/** What wrangler bundles it and runs it by. */
export function wranglerConfigOf({ main, objects, d1, vars }: BenchWorker): unknown {
  return {
    name: 'errand-bench',
    main: join(import.meta.dirname, 'cloudflare', main),
    compatibility_date: DATE,
    compatibility_flags: FLAGS,
    send_metrics: false,
    durable_objects: { bindings: Object.entries(objects).map(([name, kind]) => ({ name, class_name: kind })) },
    migrations: [{ tag: 'v1', new_sqlite_classes: Object.values(objects) }],
    d1_databases: d1 === null ? [] : [{ binding: d1, database_name: 'bench', database_id: 'bench' }],
    rules: [{ type: 'Text', globs: ['**/*.csv'], fallthrough: false }],
    vars,
  }
}

export interface Bundled {
  readonly worker: BenchWorker
  /** The files of the bundle; the first is the entry. */
  readonly modules: readonly string[]
  /** Those of the Worker behind its D1 binding. */
  readonly database: readonly string[] | null
}

/** A configuration for `workerd serve`, in Cap'n Proto's text form, to be written to `folder`, where the objects are stored too. */
export function workerdConfigOf({ worker: { objects, d1, vars }, modules, database }: Bundled, folder: string): string {
  const bindings = [
    ...Object.entries(objects).map(([name, kind]) => namespace(name, kind)),
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
  ]
  const inner = 'innerBindings = [(name = "fetcher", service = "d1")]'
  if (d1 !== null)
    bindings.push(`(name = ${text(d1)}, wrapped = (moduleName = "cloudflare-internal:d1-api", ${inner}))`)
  const workers = [workerOf({ name: 'main', files: modules, kinds: Object.values(objects), bindings }, folder)]
  if (database) {
    const parts = { name: 'd1', files: database, kinds: ['Database'], bindings: [namespace('DATABASE', 'Database')] }
    workers.push(workerOf(parts, folder))
  }
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    ${workers.join(',\n    ')},
    (name = "disk", disk = (path = ${text(folder)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
`
}

interface WorkerParts {
  readonly name: string
  readonly files: readonly string[]
  /** Classes of objects. */
  readonly kinds: readonly string[]
  readonly bindings: readonly string[]
}

function workerOf({ name, files, kinds, bindings }: WorkerParts, folder: string): string {
  const modules = files.map((file) => {
    const kind = file.endsWith('.js') ? 'esModule' : 'text'
    return `(name = ${text(basename(file))}, ${kind} = embed ${text(relative(folder, file))})`
  })
  const namespaces = kinds.map((kind) => `(className = ${text(kind)}, uniqueKey = ${text(kind)}, enableSql = true)`)
  return `(name = ${text(name)}, worker = (
      modules = [${modules.join(', ')}],
      compatibilityDate = ${text(DATE)},
      compatibilityFlags = [${FLAGS.map(text).join(', ')}],
      durableObjectNamespaces = [${namespaces.join(', ')}],
      durableObjectStorage = (localDisk = "disk"),
      bindings = [${bindings.join(', ')}],
    ))`
}

function namespace(name: string, kind: string): string {
  return `(name = ${text(name)}, durableObjectNamespace = ${text(kind)})`
}

function text(value: string): string {
  return JSON.stringify(value)
}
