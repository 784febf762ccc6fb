import type { SqlDatabase } from '#adapters/sql/database.ts'
import type { Logger } from '#ports/logger.ts'
import type { PublicFetch } from '#ports/public-fetch.ts'

/** What the installation offers to an author's code, the same on every runtime. */
export interface RuntimeWorld {
  /** Variables and secrets that are not Errand's own settings (`process.env` exists on Node alone). */
  readonly env: Readonly<Record<string, string | undefined>>
  /** For addresses that come from a caller or a model: it cannot reach the inside of your network. */
  readonly publicFetch: PublicFetch
  /** Errand's own database: SQLite or Postgres on Node, D1 on Workers. Your `tables` are in it. */
  readonly database: SqlDatabase
  readonly logger: Logger
}

/** What a factory of the config is given: the runtime's world, and the author's own ports. */
export type World<Ports extends object = object> = RuntimeWorld & Ports
