import { html } from 'hono/html'
import type { Html } from '../route.ts'
import type { Visit } from '../visit.ts'

/** A field of a sent form as text, without blanks at its ends; `''` where it is absent or a file. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** The parameters of a page's address that are given, of those that it knows: what an API's query takes. */
export function queryOf<const Name extends string>(
  { query }: Pick<Visit, 'query'>,
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const given = names.flatMap((name) => {
    const value = query.get(name)?.trim() ?? ''
    return value === '' ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given) as Partial<Record<Name, string>>
}

/** A path with a query, without what is not given. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '')
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

interface Choice {
  readonly name: string
  readonly label: string
  readonly values: readonly string[]
  readonly chosen: string | undefined
  /** What the choice of nothing is called. */
  readonly any?: string
}

/** One of several values, or none. */
export function choice({ name, label, values, chosen, any = 'any' }: Choice): Html {
  const options = values.map(
    (value) =>
      html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${value.replaceAll('_', ' ')}</option>`,
  )
  return html`<label
    >${label}
    <select name="${name}">
      <option value="">${any}</option>
      ${options}
    </select></label
  >`
}

/** A text that a list is filtered by. */
export function filterText(name: string, label: string, value: string | undefined): Html {
  return html`<label>${label} <input name="${name}" value="${value ?? ''}" spellcheck="false" /></label>`
}

/** A form whose fields become the query of the page, so that an address says what is shown. */
export function filters(action: string, fields: readonly Html[]): Html {
  return html`<form class="filters" method="get" action="${action}" role="search">
    ${fields}<button>Filter</button>
    <a href="${action}">Clear</a>
  </form>`
}
