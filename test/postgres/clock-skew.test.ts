import { afterAll, describe, expect, test } from 'vitest'
import { StartError } from '#adapters/node/process/start-error.ts'
import { ClockSkew } from '#adapters/postgres/clock-skew.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { UlidGenerator } from '#adapters/web/id-generator.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { openPostgres } from '#composition/node/postgres.ts'
import { SCHEMAS } from '#composition/node/schemas.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { eventually } from '#test/support/eventually.ts'
import { submitted } from '#test/support/fixtures.ts'
import { RecordingLogger } from '#test/support/recording-logger.ts'
import { silentLogger } from '#test/support/silent-logger.ts'
import { ROOMY } from '#test/support/tenants.ts'
import { NOTHING } from './engine-work.ts'
import { emptyDatabase, openScene } from './scene.ts'

/** Runs as the machine's does, and shows another time. */
class ShiftedClock extends SystemClock {
  shiftMs: number

  constructor(shiftMs: number) {
    super()
    this.shiftMs = shiftMs
  }

  override now(): number {
    return super.now() + this.shiftMs
  }
}

const scene = await openScene(await emptyDatabase())
afterAll(() => scene.close())

function skewOf(clock: ShiftedClock, { leaseMs = 15_000, logger = new RecordingLogger() } = {}) {
  return { skew: new ClockSkew({ pool: scene.pool, clock, logger, leaseMs }), logger }
}

describe('the clock of a server, beside that of the database', () => {
  test('that is right is not spoken of', async () => {
    const { skew, logger } = skewOf(new ShiftedClock(0))
    await skew.check()
    expect([skew.problem, logger.lines]).toEqual([null, []])
  })

  test.each([
    ['ahead of', 10_000],
    ['behind', -10_000],
  ])(
    'that is %s it by less than the lease is warned of, once, with the figure and what to do',
    async (word, shiftMs) => {
      const { skew, logger } = skewOf(new ShiftedClock(shiftMs))
      await skew.check()
      await skew.check()
      expect(skew.problem).toBeNull()
      expect(logger.lines).toEqual([expect.objectContaining({ level: 'warn' })])
      expect(logger.lines[0]?.message).toMatch(
        new RegExp(`^The clock of this server is \\d+(\\.\\d)? s ${word} the database's`),
      )
      expect(JSON.stringify(logger.lines[0])).toContain('Synchronise the clocks')
    },
  )

  test.each([
    ['ahead of', 3_600_000],
    ['behind', -3_600_000],
  ])('that is %s it by more keeps the server from work until it is mended', async (word, shiftMs) => {
    const clock = new ShiftedClock(0)
    const { skew, logger } = skewOf(clock)
    await skew.check()
    clock.shiftMs = shiftMs
    await skew.check()
    await skew.check()
    expect(skew.problem).toMatchObject({ code: 'clock_skew', retryable: true })
    expect(skew.problem?.message).toMatch(new RegExp(`s ${word} the database's, and at most 15 s are allowed\\.$`))
    clock.shiftMs = 0
    await skew.check()
    expect(skew.problem).toBeNull()
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'This server takes no jobs until its clock is right.',
      'The clock of this server is right again: it takes jobs.',
    ])
  })

  test('is never wrong by what a slow network leaves open', async () => {
    const clock = new ShiftedClock(0)
    const slow = {
      // The answer takes an hour, by both clocks: the database may have looked at its own at any moment of it.
      query: async () => {
        const rows = [{ now: clock.now() }]
        clock.shiftMs += 3_600_000
        clock.monotonic = () => 3_600_000
        return Promise.resolve({ rows })
      },
    }
    clock.monotonic = () => 0
    const logger = new RecordingLogger()
    const skew = new ClockSkew({ pool: slow as never, clock, logger, leaseMs: 15_000 })
    await skew.check()
    expect([skew.problem, logger.lines]).toEqual([null, []])
  })

  test('may differ by 30 s at most, however long the lease', async () => {
    const { skew } = skewOf(new ShiftedClock(60_000), { leaseMs: 3_600_000 })
    await skew.check()
    expect(skew.problem?.message).toContain('at most 30 s are allowed')
  })
})

test('a server whose clock is off by more than its lease does not start, and says why in a sentence', async () => {
  const clock = new ShiftedClock(-60_000)
  const ids = new UlidGenerator(clock, new CryptoRandom())
  const storage = await openPostgres(
    { url: scene.url, schemas: SCHEMAS, briefly: false, leaseMs: 15_000 },
    { clock, ids, logger: silentLogger },
  )
  const error: unknown = await storage.serve().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StartError)
  expect((error as StartError).message).toMatch(
    /^The clock of this server is (60|5\d\.\d) s behind the database's, and at most 15 s are allowed\. Synchronise the clocks/,
  )
  await storage.close()
})

test('one whose clock is set while it runs begins nothing and deletes nothing, until the clock is right', async () => {
  const clock = new ShiftedClock(0)
  const ids = new UlidGenerator(clock, new CryptoRandom())
  const world = { clock, ids, logger: silentLogger }
  const storage = await openPostgres(
    { url: await emptyDatabase(), schemas: SCHEMAS, briefly: false, leaseMs: 15_000 },
    world,
  )
  await storage.serve()
  const done: string[] = []
  const run = (jobId: string): Promise<void> => {
    done.push(jobId)
    return Promise.resolve()
  }
  const expire = run
  const options = {
    concurrency: 4,
    tenants: new TenantPolicies(ROOMY),
    agents: [],
    knownTenants: () => Promise.resolve([]),
  }
  const engine = storage.createEngine({ ...NOTHING, run, expire }, options)
  clock.shiftMs = 3_600_000
  await engine.start()
  await eventually(async () => {
    await expect(storage.probe.read()).rejects.toMatchObject({ code: 'clock_skew' })
  })
  const { job, event } = submitted({ at: Date.now() })
  await storage.jobs.create(job, event)
  // Time enough for a server that begins it.
  for (let n = 0; n < 300; n++) await storage.db.query('SELECT 1 AS one')
  expect(done).toEqual([])
  await engine.drain(0)
  expect(done).toEqual([])
  clock.shiftMs = 0
  const again = storage.createEngine({ ...NOTHING, run, expire }, options)
  await again.start()
  await eventually(() => {
    expect(done).toEqual([job.id])
    return Promise.resolve()
  })
  await storage.probe.read()
  await again.drain(0)
  await storage.close()
})
