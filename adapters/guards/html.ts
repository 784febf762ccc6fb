import type { Guard } from '#domain/write/guard.ts'
import { type Markup, type MarkupPart, markupOf } from './markup.ts'

export interface KeepsHtmlOptions {
  /** Parts that may change. */
  readonly allow?: readonly MarkupPart[]
}

/** How the parts are called in a sentence. */
const PARTS: Readonly<Record<MarkupPart, string>> = {
  links: 'links',
  images: 'images',
  tables: 'tables',
  headings: 'headings',
  classes: 'classes',
  anchors: 'ids and anchors',
  embeds: 'scripts, frames and other embedded content',
}

/** Links, images, tables, headings, classes, ids and embedded content of the HTML stay as they are, but for what is allowed. */
export function keepsHtml({ allow = [] }: KeepsHtmlOptions = {}): Guard {
  const parts = (Object.keys(PARTS) as MarkupPart[]).filter((part) => !allow.includes(part))
  return (before, after) => {
    const was = markupOf(before ?? '')
    const would = markupOf(after)
    const problems = parts.flatMap((part) => changeOf(part, was, would) ?? [])
    return problems.length === 0 ? null : problems.join(' ')
  }
}

/** The same links (`href`), each as often. */
export const keepsLinks = (): Guard => keepsOnly('links')
/** The same images (`src`, `srcset`, and both in `data-`), each as often. */
export const keepsImages = (): Guard => keepsOnly('images')
/** Tables with as many rows and cells. */
export const keepsTables = (): Guard => keepsOnly('tables')
/** As many headings of each level. */
export const keepsHeadings = (): Guard => keepsOnly('headings')
/** The same classes. */
export const keepsClasses = (): Guard => keepsOnly('classes')

function keepsOnly(part: MarkupPart): Guard {
  return (before, after) => changeOf(part, markupOf(before ?? ''), markupOf(after))
}

function changeOf(part: MarkupPart, before: Markup, after: Markup): string | null {
  const lost = without(before[part], after[part])
  const added = without(after[part], before[part])
  if (lost.length === 0 && added.length === 0) return null
  const found = [
    ...(lost.length > 0 ? [`missing: ${listed(lost)}`] : []),
    ...(added.length > 0 ? [`added: ${listed(added)}`] : []),
  ]
  return `Keep the ${PARTS[part]} of the old text (${found.join('; ')}).`
}

/** What of `these` is left when each of `others` has taken one that is equal. */
function without(these: readonly string[], others: readonly string[]): string[] {
  const taken = new Map<string, number>()
  for (const other of others) taken.set(other, (taken.get(other) ?? 0) + 1)
  return these.filter((one) => {
    const left = taken.get(one) ?? 0
    taken.set(one, left - 1)
    return left <= 0
  })
}

const MOST_LISTED = 5

function listed(values: readonly string[]): string {
  const more = values.length - MOST_LISTED
  return values.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${String(more)} more` : '')
}
