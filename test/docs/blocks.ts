import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** A fenced block of a page, with the hidden lines (HTML comments) right before it. */
export interface Block {
  /** `docs/writes.md:12`. */
  readonly at: string
  readonly page: string
  /** The first word after the fence; `''` for output. */
  readonly language: string
  /** Why the block cannot run: what follows `skip:` after the language. */
  readonly skipped: string | null
  readonly code: string
  /** Where a reader would put it: `<!-- file: agents/slogan.ts -->`. */
  readonly file: string | null
  /** What stands before it in the reader's file: `<!-- before: declare const shop: Shop -->`. */
  readonly before: readonly string[]
}

const FENCED = /((?:^<!-- (?:file|before): [^\n]* -->\n)*)^```(\S*)(?: skip: ([^\n]+))?\n(.*?)^```$/gms

export function blocksIn(page: string, text: string): readonly Block[] {
  return [...text.matchAll(FENCED)].map((match) => {
    const [, hidden = '', language = '', skipped = null, code = ''] = match
    const line = text.slice(0, match.index + hidden.length).split('\n').length
    const said = (what: string): readonly string[] =>
      [...hidden.matchAll(new RegExp(`^<!-- ${what}: (.*) -->$`, 'gm'))].map(([, value = '']) => value)
    return {
      at: `${page}:${String(line)}`,
      page,
      language,
      skipped,
      code,
      file: said('file')[0] ?? null,
      before: said('before'),
    }
  })
}

/** Of every page for people. */
export function allBlocks(): readonly Block[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map((file) => `docs/${file}`)
  const templates = readdirSync(join(ROOT, 'create-errand/templates')).map(
    (name) => `create-errand/templates/${name}/README.md`,
  )
  const pages = ['README.md', ...docs.filter((file) => file.endsWith('.md')), ...templates]
  return pages.flatMap((page) => {
    const path = join(ROOT, page)
    return existsSync(path) ? blocksIn(page, readFileSync(path, 'utf8')) : []
  })
}

/** The commands of a block for a shell, each with its continuation lines and without its comment. */
export function commandsIn(code: string): readonly string[] {
  const commands: string[] = []
  let open = ''
  for (const line of code.split('\n')) {
    open = open === '' ? line : `${open}\n${line}`
    const isOpen = open.endsWith('\\') || (open.match(/(?<!\\)'/g) ?? []).length % 2 === 1
    if (isOpen) continue
    const command = withoutComment(open).trim()
    if (command !== '') commands.push(command)
    open = ''
  }
  return commands
}

/** A comment begins outside of quotes. */
function withoutComment(command: string): string {
  const marks = [...command.matchAll(/(?:^|\s)# /g)].map(({ index }) => index)
  const begins = marks.find((index) => (command.slice(0, index).match(/'/g) ?? []).length % 2 === 0)
  return begins === undefined ? command : command.slice(0, begins)
}
