import { expect, test } from 'vitest'
import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SqlDue } from '#adapters/sql/due.ts'
import { SqlJobStore, journalSchema } from '#adapters/sql/job-store.ts'
import { JOB_WAKES, agentTurnsSchema, jobsSchema } from '#adapters/sql/jobs-table.ts'
import { migrate } from '#adapters/sql/schema.ts'
import type { AgentSelection } from '#ports/due.ts'
import { submitted } from '#test/support/fixtures.ts'
import { RecordingWaker } from '#test/support/recording-waker.ts'

/** Whatever way an engine takes to the rows: without an index they come in no order of their own. */
test.each<AgentSelection>([{ except: [] }, { except: ['absent'] }, { only: 'writer' }])(
  'what is due longest comes first, also where no index says so: %j',
  async (agents) => {
    const db = new SqliteDatabase(':memory:')
    await migrate(db, jobsSchema, journalSchema, agentTurnsSchema)
    await db.batch(['jobs_by_turn', 'jobs_by_agent_turn'].map((name) => ({ sql: `DROP INDEX ${name}`, params: [] })))
    const store = new SqlJobStore(db, { waker: new RecordingWaker() })
    const inOrder: string[] = []
    for (const at of [100_000, 200_000, 300_000, 400_000, 500_000]) {
      const { job, event } = submitted({ at, agent: 'writer' })
      await store.create(job, event)
      inOrder.unshift(job.id)
    }
    // The first that was submitted waits longest now: neither ids nor times of submission have the order.
    await db.batch([{ sql: 'UPDATE jobs SET wake_at = 600000 - wake_at', params: [] }])
    const due = new SqlDue(db, JOB_WAKES, agents)
    const query = { kind: 'run', tenantId: 'acme', now: 900_000 }
    expect(await due.due({ ...query, limit: 10 })).toEqual(inOrder)
    expect(await due.due({ ...query, limit: 2 })).toEqual(inOrder.slice(0, 2))
    expect((await due.ahead('run', 0)).map(({ id }) => id)).toEqual(inOrder)
    await db.close()
  },
)
