import { withoutControls } from '#adapters/web/without-controls.ts'

/** Rows in columns as wide as their widest cell. No text in them steers the terminal or leaves its row. */
export function table(cells: readonly (readonly string[])[]): string {
  const rows = cells.map((row) => row.map((cell) => withoutControls(cell).replaceAll(/[\t\n]/g, ' ')))
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, at) => Math.max(most[at] ?? 0, cell.length)), [])
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
