import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProject } from '#create-errand/create.js'

const ROOT = join(import.meta.dirname, '../..')

/** A project as `npm create errand` makes it, with this checkout for the installed package. */
export class MadeProject {
  readonly folder: string
  readonly files: readonly string[]
  readonly #parent = realpathSync(mkdtempSync(join(tmpdir(), 'errand-')))

  /** @param installed packages besides `errand` and `zod`, by their name there and their folder here. */
  constructor(template: 'blank' | 'shop', installed: Readonly<Record<string, string>> = {}) {
    this.folder = join(this.#parent, 'my-agents')
    this.files = createProject({ folder: this.folder, template }).files
    mkdirSync(join(this.folder, 'node_modules'))
    symlinkSync(ROOT, join(this.folder, 'node_modules/errand'))
    for (const [name, folder] of Object.entries({ zod: 'zod', ...installed })) {
      symlinkSync(join(ROOT, 'node_modules', folder), join(this.folder, 'node_modules', name))
    }
  }

  /** Arguments of Node for a command of `errand`. */
  command(...args: readonly string[]): readonly string[] {
    return [join(ROOT, 'composition/cli/cli.js'), ...args]
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8')
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text)
  }

  addFolder(name: string): void {
    mkdirSync(join(this.folder, name))
  }

  delete(file: string): void {
    rmSync(join(this.folder, file))
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true })
  }
}
