import { readHtml } from '#adapters/web/html.ts'

/** What a text's HTML holds beside its words; in each list one entry for each occurrence. */
export interface Markup {
  readonly links: readonly string[]
  readonly images: readonly string[]
  /** Of each table, the number of its rows and cells. */
  readonly tables: readonly string[]
  /** `h2`, … */
  readonly headings: readonly string[]
  /** Classes, each once: a style sheet knows them, and how often does not matter to it. */
  readonly classes: readonly string[]
  /** Names of places that a link may lead to: every `id`, and the `name` of an `a`. */
  readonly anchors: readonly string[]
  /** What loads or runs something: frames, videos, scripts, forms, `on…` attributes. */
  readonly embeds: readonly string[]
}

export type MarkupPart = keyof Markup

type Attributes = Readonly<Record<string, string>>

const EMBEDS = new Set(['audio', 'embed', 'form', 'iframe', 'link', 'object', 'script', 'style', 'svg', 'video'])

export function markupOf(html: string): Markup {
  const reader = new MarkupReader()
  readHtml(html, {
    onopentag: (name, attributes) => {
      reader.open(name, attributes)
    },
    onclosetag: (name) => {
      reader.close(name)
    },
  })
  return reader.markup()
}

/** A theme that loads its images late keeps their addresses in `data-`. */
const IMAGE_ATTRIBUTES = ['src', 'srcset', 'data-src', 'data-srcset']

function imagesOf(attributes: Attributes): string[] {
  const found = IMAGE_ATTRIBUTES.flatMap((name) => attributes[name]?.trim().replaceAll(/\s+/g, ' ') ?? [])
  return found.length === 0 ? [''] : found
}

/** What Word, Excel, Outlook, Google Docs and macOS leave behind in a text that was copied: no style sheet knows it. */
const LEFT_BEHIND_CLASS =
  /^(?:(?:x_)?Mso|Apple-|gmail_|elementToProof|SCXW|BCX|EOP$|NormalTextRun|TextRun|ContentPasted|xl\d+$|[pscl]i?\d+$)/
const LEFT_BEHIND_ANCHOR = /^(?:_(?:Toc|Hlk|Ref|GoBack|MailOriginal)|docs-internal-guid-)/

class MarkupReader {
  readonly #links: string[] = []
  readonly #images: string[] = []
  readonly #headings: string[] = []
  readonly #embeds: string[] = []
  readonly #anchors: string[] = []
  readonly #classes = new Set<string>()
  readonly #tables: string[] = []
  /** Tables that are not closed yet, the innermost last. */
  readonly #open: { rows: number; cells: number }[] = []

  open(name: string, attributes: Attributes) {
    if (name === 'a' && attributes['href'] !== undefined) this.#links.push(attributes['href'].trim())
    if (name === 'img' || name === 'source') this.#images.push(...imagesOf(attributes))
    if (/^h[1-6]$/.test(name)) this.#headings.push(name)
    this.#addClasses(attributes['class'])
    this.#anchor(attributes['id'])
    if (name === 'a') this.#anchor(attributes['name'])
    this.#embed(name, attributes)
    this.#table(name)
  }

  close(name: string) {
    const table = name === 'table' ? this.#open.pop() : undefined
    if (table) this.#tables.push(`${String(table.rows)} rows with ${String(table.cells)} cells`)
  }

  markup(): Markup {
    return {
      links: this.#links,
      images: this.#images,
      tables: this.#tables,
      headings: this.#headings,
      classes: [...this.#classes],
      embeds: this.#embeds,
      anchors: this.#anchors,
    }
  }

  #addClasses(list = '') {
    for (const one of list.split(/\s+/)) if (one !== '' && !LEFT_BEHIND_CLASS.test(one)) this.#classes.add(one)
  }

  #anchor(name = '') {
    if (name !== '' && !LEFT_BEHIND_ANCHOR.test(name)) this.#anchors.push(name)
  }

  #embed(name: string, attributes: Attributes) {
    if (EMBEDS.has(name))
      this.#embeds.push(attributes['src'] === undefined ? name : `${name} ${attributes['src'].trim()}`)
    for (const [attribute, value] of Object.entries(attributes)) {
      if (attribute.startsWith('on')) this.#embeds.push(attribute)
      if (/^\s*(?:javascript|data|vbscript):/i.test(value))
        this.#embeds.push(`${attribute}="${value.trim().slice(0, 40)}"`)
    }
  }

  #table(name: string) {
    if (name === 'table') this.#open.push({ rows: 0, cells: 0 })
    const table = this.#open.at(-1)
    if (table && name === 'tr') table.rows += 1
    if (table && (name === 'td' || name === 'th')) table.cells += 1
  }
}
