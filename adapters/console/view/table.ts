import { html } from 'hono/html'
import type { Html } from '../route.ts'

export interface Column {
  readonly label: string
  /** Digits are set right. */
  readonly numeric?: boolean
  /** Left out where the page is not wide: the row's header says the same below it. */
  readonly wide?: boolean
  /** On a narrow screen it stands beside the row's header, without its label: a status. */
  readonly beside?: boolean
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
  const headers = columns.map((column) => html`<th scope="col" class="${classOf(column)}">${column.label}</th>`)
  const lines = rows.map(
    ([first, ...cells]) =>
      html`<tr>
        <th scope="row" class="${classOf(columns[0])}">${first}</th>
        ${cells.map((cell, index) => tableCell(cell, columns[index + 1]))}
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

function tableCell(cell: Html | string | number, column: Column | undefined): Html {
  const none = cell === '–' ? ' none' : ''
  return html`<td class="${classOf(column)}${none}" data-label="${column?.label ?? ''}">${cell}</td>`
}

function classOf({ numeric, wide, beside }: Partial<Column> = {}): string {
  return [numeric && 'numeric', wide && 'wide', beside && 'beside'].filter((name) => name).join(' ')
}
