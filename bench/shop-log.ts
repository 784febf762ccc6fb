import type { WriteStatus } from '#domain/write/write.ts'

/** The body of a PUT to the shop. */
export interface Put {
  /** The process that asks, or `PERSON`. */
  readonly by: string
  readonly key: string | null
  /** What must be there; absent where anything may be. */
  readonly from?: string | null
  readonly to: string | null
}

/** A request for a product, as the shop has carried it out. */
export interface ShopRequest {
  readonly handle: string
  readonly by: string
  /** `repeated`: a write under a key that was known, which did nothing. `refused`: something else was there. */
  readonly did: 'read' | 'written' | 'repeated' | 'refused'
  /** What is there afterwards. */
  readonly text: string | null
}

export interface LoggedRequest extends ShopRequest {
  /** Whether the process that asked was still there for the answer. */
  isHeard: boolean
}

export const PERSON = 'a person'

/** What the server shows of a proposal. */
export interface Shown {
  readonly target: string
  readonly status: WriteStatus
  readonly before: unknown
  readonly after: unknown
}

export interface ShopState {
  /** Before anything was written. */
  readonly originals: Readonly<Record<string, string | null>>
  readonly texts: Readonly<Record<string, string | null>>
  readonly log: readonly LoggedRequest[]
  readonly proposals: readonly Shown[]
  /** What all that no person has touched must be by now. */
  readonly end: 'applied' | 'undone'
}

/** All that may not be, in words. */
export function violationsIn({ originals, texts, log, proposals, end }: ShopState): readonly string[] {
  const requests = Map.groupBy(log, ({ handle }) => handle)
  const proposed = Map.groupBy(proposals, ({ target }) => target.slice('product:'.length))
  return Object.entries(originals).flatMap(([handle, original]) => {
    const of = requests.get(handle) ?? []
    const [proposal, ...others] = proposed.get(handle) ?? []
    const about = (problem: string): string => `${handle}: ${problem}`
    if (!proposal || others.length > 0) return [about(`it has ${String(proposal ? 1 + others.length : 0)} proposals`)]
    const text = texts[handle] ?? null
    return [...violationsOfWrites(of), ...violationsOfEnd({ original, text, of, proposal, end })].map(about)
  })
}

/** Each write needs a look of its process since its last one, and none may follow a person's. */
function violationsOfWrites(requests: readonly ShopRequest[]): readonly string[] {
  const found: string[] = []
  const looked = new Set<string>()
  let isPersons = false
  let written = 0
  for (const { by, did } of requests) {
    if (by === PERSON) isPersons = true
    else if (did === 'read') looked.add(by)
    else {
      if (!looked.delete(by)) found.push('it was written without a look')
      if (did !== 'written') continue
      if (isPersons) found.push("a person's text was written over")
      written++
    }
  }
  if (written > 2) found.push(`it was written ${String(written)} times`)
  return found
}

interface Product {
  readonly original: string | null
  readonly text: string | null
  readonly of: readonly ShopRequest[]
  readonly proposal: Shown
  readonly end: ShopState['end']
}

function violationsOfEnd(product: Product): readonly string[] {
  const { original, text, of, proposal, end } = product
  const { status, before } = proposal
  const found: string[] = []
  if (before !== original) found.push(`its proposal has ${JSON.stringify(before)} for what was there`)
  const possible = status === 'rejected' ? ['rejected'] : possibleEnds(of, end)
  if (!possible.includes(status)) found.push(`its proposal is ${status}, and must be ${possible.join(' or ')}`)
  const wanted = textAtEnd(product)
  if (text !== wanted) found.push(`its text is ${JSON.stringify(text)}, and must be ${JSON.stringify(wanted)}`)
  if (status === 'rejected' && of.some(({ by, did }) => by !== PERSON && did !== 'read'))
    found.push('it was rejected, and written')
  return found
}

/** A person's last text stays. */
function textAtEnd({ original, of, proposal: { status, after }, end }: Product): unknown {
  const persons = of.findLast(({ by }) => by === PERSON)
  if (persons) return persons.text
  return status === 'rejected' || end === 'undone' ? original : after
}

/** Where a person came after the last write, that write may have been cut off, and then be found out to be stale. */
function possibleEnds(requests: readonly ShopRequest[], end: ShopState['end']): readonly string[] {
  const first = requests.findIndex(({ by }) => by === PERSON)
  if (first < 0) return [end]
  const written = requests.slice(0, first).filter(({ did }) => did === 'written').length
  return written >= (end === 'applied' ? 1 : 2) ? [end, 'stale'] : ['stale']
}
