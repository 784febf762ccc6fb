import { reset, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, expect, test } from 'vitest'
import { D1SqlDatabase } from '#adapters/cloudflare/d1-database.ts'
import { JobKeeper } from '#adapters/cloudflare/job-keeper.ts'
import type { JobNamespace } from '#adapters/cloudflare/job-stub.ts'
import { SqlJobIndex } from '#adapters/sql/job-index.ts'
import { jobsSchema } from '#adapters/sql/jobs-table.ts'
import { SqlProposalIndex } from '#adapters/sql/proposal-index.ts'
import { migrate } from '#adapters/sql/schema.ts'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import { ALONE, T0, submitted } from '#test/support/fixtures.ts'
import { ListedModel, answer, asks } from '#test/support/script.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { BOSS, Shelf, describeOn } from '#test/support/writing.ts'
import { writerApp } from './writer-app.ts'

afterAll(() => reset())

test('in its object, a proposal is applied and undone by the alarm, and D1 lists how it stands', async () => {
  await runInDurableObject(env.CONTRACT_HOST.getByName(crypto.randomUUID()), async (_instance, { storage }) => {
    const db = new D1SqlDatabase(env.JOB_INDEX)
    await migrate(db, jobsSchema)
    const shelf = new Shelf()
    shelf.texts.set('mug', 'Old mug.')
    const clock = new ManualClock(T0)
    const call = { id: 'a', name: 'describe', input: { handle: 'mug', text: 'New mug.' } }
    const models = new ListedModel(asks(call), answer('Done.'))
    const { job, event } = submitted()
    const proposals = new SqlProposalIndex(db)
    const keeper = new JobKeeper({
      storage,
      compose: writerApp({ clock, models, executor: ALONE, tools: [describeOn(shelf)] }),
      index: new SqlJobIndex(db),
      proposals,
      endItem: () => Promise.resolve(),
      objects: () => ({}) as JobNamespace,
      logger: silentLogger,
      clock,
      jobId: () => job.id,
      waitUntil: () => undefined,
    })
    const listed = async () =>
      (await proposals.list({ tenantId: 'acme', filter: { jobId: job.id }, size: 5, after: null, mostChars: Infinity }))
        .proposals
    await keeper.create(event)
    await keeper.wake()
    const [proposal] = await listed()
    expect(proposal).toMatchObject({ write: { status: 'proposed', before: 'Old mug.', after: 'New mug.' } })
    const proposalId = proposal?.write.id ?? ''
    const decide = (decision: WriteDecision) => keeper.decide({ tenantId: 'acme', by: BOSS, proposalId, decision })
    await decide({ action: 'approve' })
    await decide({ action: 'apply' })
    expect(await storage.getAlarm()).not.toBeNull()
    await keeper.wake()
    expect(shelf.texts.get('mug')).toBe('New mug.')
    expect(await listed()).toMatchObject([{ write: { status: 'applied' } }])
    await decide({ action: 'undo' })
    await keeper.wake()
    expect(shelf.texts.get('mug')).toBe('Old mug.')
    expect(await listed()).toMatchObject([{ write: { status: 'undone' } }])
  })
})
