/** A row as this release stores it. */
export interface RecordSample {
  readonly name: string
  /** The table that the row is of. */
  readonly table: string
  readonly row: Readonly<Record<string, string | number | null>>
}
