import type { JsonObject } from '#domain/json/json.ts'
import {
  type AgentDefinitions,
  type KeptDefinition,
  MOST_DEFINITIONS,
  type SeenDefinition,
} from '#ports/agent-definitions.ts'
import { type SqlDatabase, type SqlRow, type Statement, numberAt, textAt } from './database.ts'
import type { SqlSchema } from './schema.ts'

export const agentDefinitionSchema: SqlSchema = {
  name: 'agent_definitions',
  statements: [
    `CREATE TABLE agent_definitions (
       agent TEXT NOT NULL,
       fingerprint TEXT NOT NULL,
       first_seen_at BIGINT NOT NULL,
       last_seen_at BIGINT NOT NULL,
       definition TEXT,
       PRIMARY KEY (agent, fingerprint)
     )`,
  ],
}

const SEEN = 'agent, fingerprint, first_seen_at, last_seen_at'
const LAST_FIRST = 'ORDER BY last_seen_at DESC, first_seen_at DESC, fingerprint'

const PUT = `INSERT INTO agent_definitions (${SEEN}, definition) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (agent, fingerprint) DO UPDATE SET last_seen_at = excluded.last_seen_at
  WHERE excluded.last_seen_at > agent_definitions.last_seen_at`

const FORGET = `DELETE FROM agent_definitions WHERE agent = ? AND fingerprint NOT IN (
  SELECT fingerprint FROM agent_definitions WHERE agent = ? ${LAST_FIRST} LIMIT ${String(MOST_DEFINITIONS)})`

/** Written by a process that starts, not with requests or jobs. */
export class SqlAgentDefinitions implements AgentDefinitions {
  readonly #db: SqlDatabase

  constructor(db: SqlDatabase) {
    this.#db = db
  }

  async seen(): Promise<readonly SeenDefinition[]> {
    return (await this.#db.query(`SELECT ${SEEN} FROM agent_definitions`)).map(seenIn)
  }

  async of(agent: string): Promise<readonly KeptDefinition[]> {
    const sql = `SELECT ${SEEN}, definition FROM agent_definitions WHERE agent = ? ${LAST_FIRST}`
    return (await this.#db.query(sql, agent)).map((row) => ({ ...seenIn(row), definition: definitionIn(row) }))
  }

  async put(entries: readonly KeptDefinition[]): Promise<void> {
    await this.#db.batch(entries.flatMap(putOne))
  }
}

function putOne({ agent, fingerprint, firstSeenAt, lastSeenAt, definition }: KeptDefinition): readonly Statement[] {
  const text = definition && JSON.stringify(definition)
  return [
    { sql: PUT, params: [agent, fingerprint, firstSeenAt, lastSeenAt, text] },
    { sql: FORGET, params: [agent, agent] },
  ]
}

function seenIn(row: SqlRow): SeenDefinition {
  return {
    agent: textAt(row, 'agent'),
    fingerprint: textAt(row, 'fingerprint'),
    firstSeenAt: numberAt(row, 'first_seen_at'),
    lastSeenAt: numberAt(row, 'last_seen_at'),
  }
}

function definitionIn({ definition }: SqlRow): JsonObject | null {
  return typeof definition === 'string' ? (JSON.parse(definition) as JsonObject) : null
}
