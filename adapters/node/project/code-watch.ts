import { type Dirent, type FSWatcher, existsSync, readdirSync, statSync, watch } from 'node:fs'
import { join, relative } from 'node:path'

/** Code, and what holds settings. A tool may write other files into the project, and must not restart it by that. */
const CODE = /\.[cm]?[jt]s$|^\.env$|^package\.json$/
const IGNORED_FOLDERS = /^(?:\..*|node_modules|dist|build|coverage)$/
/** Editors write a file in several steps. */
const SETTLED_MS = 100

export interface CodeWatchOptions {
  readonly folder: string
  /** Folders that are not watched, by their absolute paths. */
  readonly except: readonly string[]
  /** Gets the changed files, by their paths from the folder. */
  readonly changed: (files: readonly string[]) => void
}

/** Reports changes of the code in a folder. One watcher a folder: the recursive one of Linux also reads node_modules. */
export class CodeWatch {
  readonly #options: CodeWatchOptions
  readonly #watchers = new Map<string, FSWatcher>()
  /** Code that was there. On Deno, a watcher also reports the names of files in folders below its own. */
  readonly #code = new Set<string>()
  readonly #changes = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: CodeWatchOptions) {
    this.#options = options
    this.#add(options.folder)
  }

  close(): void {
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers.values()) watcher.close()
  }

  #add(folder: string): void {
    if (this.#watchers.has(folder) || this.#options.except.includes(folder)) return
    if (!isFolder(folder)) return
    const watcher = watch(folder, (_event, name) => {
      if (name !== null) this.#see(folder, name)
    })
    // As when the folder is deleted.
    watcher.on('error', () => {
      this.#remove(folder)
    })
    this.#watchers.set(folder, watcher)
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name)
      if (CODE.test(entry.name)) this.#code.add(path)
      else if (entry.isDirectory() && !IGNORED_FOLDERS.test(entry.name)) this.#add(path)
    }
  }

  #remove(folder: string): void {
    this.#watchers.get(folder)?.close()
    this.#watchers.delete(folder)
  }

  #see(folder: string, name: string): void {
    const path = join(folder, name)
    if (CODE.test(name)) this.#seeCode(path)
    else if (!IGNORED_FOLDERS.test(name)) this.#seeFolder(path)
  }

  #seeCode(path: string): void {
    const isThere = existsSync(path)
    if (isThere || this.#code.has(path)) this.#note(path)
    if (isThere) this.#code.add(path)
  }

  #seeFolder(path: string): void {
    if (!isFolder(path)) {
      this.#remove(path)
      return
    }
    this.#add(path)
    for (const { name } of entriesOf(path)) if (CODE.test(name)) this.#note(join(path, name))
  }

  #note(path: string): void {
    this.#changes.add(relative(this.#options.folder, path))
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const files = [...this.#changes].toSorted()
      this.#changes.clear()
      this.#options.changed(files)
    }, SETTLED_MS)
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

/** None where the folder has gone since it was seen. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}
