import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from '#composition/config/config.ts'
import { httpApp } from '#composition/http-app.ts'
import { localHome } from '#composition/node/job-home.ts'
import { type NodeApp, openNodeApp } from '#composition/node/app.ts'
import { addOutbound } from '#composition/node/outbound.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import * as t from '#composition/tokens.ts'
import { benchAgent } from './agent.ts'

/** A server without a network: its store, and the whole HTTP interface over it. */
export interface Store {
  readonly app: NodeApp
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Response>
  close(): Promise<void>
}

/** @param databaseUrl of a Postgres; without it, an SQLite file in a folder of its own. */
export async function openStore(databaseUrl: string | null): Promise<Store> {
  const folder = mkdtempSync(join(tmpdir(), 'errand-bench-'))
  const database = databaseUrl === null ? {} : { ERRAND_DATABASE_URL: databaseUrl }
  const settings = parseNodeSettings({ ERRAND_DATA_DIR: folder, ...database })
  const app = await openNodeApp(settings, { config: defineConfig({ agents: [benchAgent(() => '')] }) })
  addOutbound(app.container, settings)
  // Without an engine: wakes are set and ignored, because jobs must not run during the measurement.
  await app.storage.serve()
  app.container.registerInstance(t.OPEN_MODE, 'loopback')
  app.container.registerInstance(t.PEER_ADDRESS, () => '127.0.0.1')
  app.container.registerInstance(t.RUNTIME, 'node')
  const http = httpApp(app.container, localHome(app.container))
  return {
    app,
    ask: async (method, path, body) =>
      http.fetch(
        new Request(`http://localhost${path}`, {
          method,
          ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        }),
        {},
      ),
    close: async () => {
      await app.storage.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const MONTH_MS = 30 * 86_400_000
/** Of one statement: Postgres gives one 15 seconds (`adapters/postgres/pool.ts`). */
const ROWS = 50_000

/** Copies of one finished job, spread over a month, written as the store writes them. */
export async function fill({ app }: Store, template: string, count: number): Promise<void> {
  for (let first = 1; first <= count; first += ROWS)
    await fillSlice(app, { template, count, first, last: Math.min(count, first + ROWS - 1) })
}

interface FillSlice {
  readonly template: string
  /** Of all slices. */
  readonly count: number
  readonly first: number
  readonly last: number
}

async function fillSlice(app: NodeApp, { template, count, first, last }: FillSlice): Promise<void> {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT ${String(first)} UNION ALL SELECT i + 1 FROM n WHERE i < ${String(last)})`
  const id = "('job_0000000000000000' || substr(CAST(10000000000 + i AS TEXT), 2))"
  const time = `created_at - CAST(i AS BIGINT) * ${String(Math.floor(MONTH_MS / count))}`
  const status = "CASE i % 10 WHEN 0 THEN 'failed' ELSE 'completed' END"
  const statements = [
    `INSERT INTO jobs (id, tenant_id, status, agent, batch, created_at, updated_at, finished_at, wake_at, wake_kind, version, tags, metadata)
     ${numbers} SELECT ${id}, tenant_id, ${status}, agent, 'b' || (i % 100), ${time}, updated_at, finished_at, wake_at, wake_kind, version,
       tags, metadata FROM n, jobs WHERE id = ?`,
    `INSERT INTO journal (job_id, seq, events) ${numbers} SELECT ${id}, seq, replace(events, job_id, ${id}) FROM n, journal WHERE job_id = ?`,
    `INSERT INTO job_tags (tenant_id, tag, created_at, job_id) ${numbers} SELECT tenant_id, tag, ${time}, ${id}
     FROM n, job_tags WHERE job_id = ?`,
  ]
  for (const sql of statements) await app.storage.db.batch([{ sql, params: [template] }])
}
