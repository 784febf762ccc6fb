/** A table in which rows wait for their time: each has `id`, `tenant_id`, `version` and `wake_at` (epoch ms), and says which kind of work it waits for. */
export interface WakeTable {
  readonly name: string
  /** The column with the kind. There is an index by it, `tenant_id` and `wake_at`. */
  readonly kindColumn: string
  /** Condition for rows that wait for nothing although they have a time: an executor holds them. */
  readonly heldIf?: string
}
