/** A stretch of text that people read, and where it begins. */
export interface Passage {
  readonly line: number
  readonly text: string
}

const ITEM = /^\s*(?:[-*]|\d+\.)\s+/

/** Paragraphs, list items and table cells of a page in Markdown, without its code blocks and headings. */
export function passagesOf(page: string): readonly Passage[] {
  const passages: Passage[] = []
  let open: string[] = []
  let begunAt = 0
  const close = (): void => {
    if (open.length > 0) passages.push({ line: begunAt, text: open.join(' ').replace(ITEM, '') })
    open = []
  }
  for (const { line, text } of proseOf(page)) {
    if (text.startsWith('|') || ITEM.test(text) || text.trim() === '') close()
    if (text.startsWith('|')) passages.push(...cellsOf(text).map((cell) => ({ line, text: cell })))
    else if (text.trim() !== '') {
      if (open.length === 0) begunAt = line
      open.push(text.trim())
    }
  }
  close()
  return passages
}

/** The lines of a page. Those of code blocks, headings and comments are empty. */
function proseOf(page: string): readonly Passage[] {
  let isCode = false
  return page.split('\n').map((text, index) => {
    const isFence = text.startsWith('```')
    if (isFence) isCode = !isCode
    const isHidden = isFence || isCode || /^(?:#|<!-- )/.test(text)
    return { line: index + 1, text: isHidden ? '' : text }
  })
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '' && !/^:?-+:?$/.test(cell))
}

/** Sentences, each as its words: code in backticks and the address of a link count as one word, dashes and signs as none. */
export function sentencesOf(text: string): readonly (readonly string[])[] {
  const plain = text
    .replaceAll(/`[^`]*`/g, 'code')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll('**', '')
  const sentences = plain.split(/(?<=[.!?]["”)]?)\s+|\s+·\s+/)
  return sentences.map((sentence) => sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)))
}

/** Words that hide the actor, and forms of ours for which the field has a word. */
const BANNED =
  /\b(?:whoever|whomever|nobody|somebody|someone|anybody|anyone|whatever|no one|what there is|told|tells?)\b/i

export function bannedIn(text: string): string | null {
  return BANNED.exec(text.replaceAll(/`[^`]*`/g, ''))?.[0] ?? null
}

export const MOST_WORDS = 25
export const MOST_COLUMNS = 100

/** What is wrong with the sentences of a passage, one line each. */
export function faultsOf({ line, text }: Passage): readonly string[] {
  const banned = bannedIn(text)
  return [
    ...sentencesOf(text)
      .filter((words) => words.length > MOST_WORDS)
      .map((words) => `${String(line)}: a sentence of ${String(words.length)} words: ${words.slice(0, 8).join(' ')} …`),
    ...(banned === null ? [] : [`${String(line)}: "${banned}": name the actor, or use the field's word`]),
  ]
}

/** What is wrong with a page, one line each. */
export function faultsIn(page: string): readonly string[] {
  return [...passagesOf(page).flatMap(faultsOf), ...tooWide(page)]
}

function tooWide(page: string): readonly string[] {
  return proseOf(page)
    .filter(({ text }) => !text.startsWith('|') && text.length > MOST_COLUMNS)
    .map(({ line, text }) => `${String(line)}: ${String(text.length)} columns`)
}

/** Files and folders of the project that a page names: in backticks by their path from the root, and in links from the page. */
export function pathsIn(page: string): readonly string[] {
  const prose = page.replaceAll(/^```.*?^```/gms, '')
  const named = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, path = '']) => path)
  return named.filter((path) =>
    /^(?:[a-z][\w.-]*\/)+$|^(?:[\w.-]+\/)*[\w.-]+\.(?:ts|js|cjs|md|toml|csv|json)$/.test(path),
  )
}

export function linksIn(page: string): readonly string[] {
  return [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = '']) => path)
}

/** Settings and npm scripts that a page names, code blocks included. */
export function namesIn(page: string): { readonly settings: readonly string[]; readonly scripts: readonly string[] } {
  const settings = [...page.matchAll(/\bERRAND_[A-Z_]+\b/g)].map(([name]) => name)
  const scripts = [...page.matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)].map(([, name = '']) => name)
  return { settings: [...new Set(settings)], scripts: [...new Set(scripts)] }
}
