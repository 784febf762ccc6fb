import { html } from 'hono/html'
import type { Html } from '../route.ts'

export interface Column {
  readonly label: string
  /** Digits are set right. */
  readonly numeric?: boolean
}

export interface Table {
  /** What the table lists, for screen readers. */
  readonly caption: string
  readonly head: readonly (string | Column)[]
  /** Cells of each row; the first one is its header. */
  readonly rows: readonly (readonly (Html | string | number)[])[]
  /** Shown in place of a table without rows. */
  readonly empty: Html | string
}

/** A table. On a narrow screen each row is a block of its own, with the label of each column beside its value. */
export function table({ caption, head, rows, empty }: Table): Html {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`
  const columns = head.map((column) => (typeof column === 'string' ? { label: column } : column))
  const kindOf = (index: number): string => (columns[index]?.numeric === true ? 'numeric' : '')
  const headers = columns.map(({ label }, index) => html`<th scope="col" class="${kindOf(index)}">${label}</th>`)
  const lines = rows.map(
    ([first, ...cells]) =>
      html`<tr>
        <th scope="row" class="${kindOf(0)}">${first}</th>
        ${cells.map((cell, index) => html`<td class="${kindOf(index + 1)}" data-label="${columns[index + 1]?.label ?? ''}">${cell}</td>`)}
      </tr>`,
  )
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption class="hidden">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${headers}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`
}
