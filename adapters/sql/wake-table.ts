/**
 * A table whose rows wait for their time. Each has `id`, `tenant_id`, `version`, `wake_at` (epoch ms) and a column with
 * the kind of work.
 */
export interface WakeTable {
  readonly name: string
  /** The column with the kind. There is an index by it, `tenant_id` and `wake_at`. */
  readonly kindColumn: string
  /** Condition for rows that wait for nothing although they have a time: an executor holds them. */
  readonly heldIf?: string
  /**
   * Condition for rows of the kinds that share the limits of tenants and of agents. Of these there is an index by kind,
   * `tenant_id`, `agent` and `wake_at`.
   */
  readonly sharesCapIf?: string
}
