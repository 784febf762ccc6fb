import { deepStrictEqual, ok } from 'node:assert/strict'
import { ManualClock } from '#adapters/testing/manual-clock.ts'
import type { JobRecord } from '#domain/job/job.ts'
import { nextWake } from '#domain/job/wake.ts'
import type { WriteDecision } from '#domain/write/decide.ts'
import type { WriteMode, WriteStatus } from '#domain/write/write.ts'
import type { ContractCase } from '#test/contracts/contract.ts'
import { T0, submitted } from '#test/support/fixtures.ts'
import { BOSS } from '#test/support/writing.ts'
import type { CrashSubject } from './crash-run.ts'
import { MortalProcess } from './mortal.ts'
import { WatchedShop, type WriteMutation } from './watched-shop.ts'
import { Witness } from './witness.ts'
import { DIED, type WriteWorld, alive } from './write-world.ts'

type Open = () => Promise<CrashSubject>

/** What happens after the job has ended: a decision, or an edit by hand in the shop. */
type Step = WriteDecision | { readonly byHand: string }

export interface WriteScenario {
  readonly name: string
  readonly mode: WriteMode
  /** What is there at the start; `null`: nothing. */
  readonly old: string | null
  readonly steps: readonly Step[]
  /** What the shop makes of the text that it is given, and says in its answer. */
  readonly form?: string
  /** The answer of the first write is lost: the shop has made it, and the tool throws. */
  readonly losesAnswer?: true
  readonly text: string | null
  readonly status: WriteStatus
  /** How often a tool has changed the text, wherever processes have died. */
  readonly changes: number
}

/** Bytes that a careless comparison or copy would change. */
const OLD = '<p>Förkläde\u00a0i lin,\r\n90 cm e\u0301\t</p>\n'
const NEW = '<p>Ett förkläde av lin, 90 cm é</p>'
const EDITED = '<p>Redigerat\u2028av en människa 😀</p>'
/** The same but for white space. */
const IN_FORM = '<p>Ett förkläde av lin,\n90 cm é</p>'
const BY_HAND = '<p>För hand</p>'

const APPROVE: WriteDecision = { action: 'approve' }
const APPLY: WriteDecision = { action: 'apply' }
const UNDO: WriteDecision = { action: 'undo' }

const PROPOSED = { mode: 'propose', old: OLD } as const
const UNDONE = { text: OLD, status: 'undone', changes: 2 } as const
const STALE = { text: BY_HAND, status: 'stale' } as const

export const WRITE_SCENARIOS: readonly WriteScenario[] = [
  { name: 'proposed, approved, applied and undone', ...PROPOSED, steps: [APPROVE, APPLY, UNDO], ...UNDONE },
  {
    name: 'applied as it was edited, and undone',
    ...PROPOSED,
    steps: [{ action: 'approve', after: EDITED }, APPLY, UNDO],
    ...UNDONE,
  },
  {
    name: 'applied where nothing was, and removed',
    ...PROPOSED,
    old: null,
    steps: [APPROVE, APPLY, UNDO],
    ...UNDONE,
    text: null,
  },
  {
    name: 'undone and applied again',
    ...PROPOSED,
    steps: [APPROVE, APPLY, UNDO, APPLY],
    text: NEW,
    status: 'applied',
    changes: 3,
  },
  {
    name: 'stale before it is applied',
    ...PROPOSED,
    steps: [APPROVE, { byHand: BY_HAND }, APPLY],
    ...STALE,
    changes: 0,
  },
  {
    name: 'stale before it is undone',
    ...PROPOSED,
    steps: [APPROVE, APPLY, { byHand: BY_HAND }, UNDO],
    ...STALE,
    changes: 1,
  },
  { name: 'applied, and its answer lost', ...PROPOSED, losesAnswer: true, steps: [APPROVE, APPLY, UNDO], ...UNDONE },
  { name: 'written by its job, and undone', mode: 'apply', old: OLD, steps: [UNDO], ...UNDONE },
  {
    name: 'written by its job, its answer lost, and undone',
    mode: 'apply',
    old: OLD,
    losesAnswer: true,
    steps: [UNDO],
    ...UNDONE,
  },
  {
    name: 'written by its job, kept in another form, and undone',
    ...{ mode: 'apply', old: OLD, form: IN_FORM },
    steps: [UNDO],
    ...UNDONE,
  },
  {
    name: 'applied, kept in another form, and edited by hand in white space alone',
    ...{ ...PROPOSED, form: IN_FORM },
    steps: [APPROVE, APPLY, { byHand: `${IN_FORM} ` }, UNDO],
    ...{ ...STALE, text: `${IN_FORM} `, changes: 1 },
  },
  {
    name: 'written by its job, kept in another form, and edited by hand in white space alone',
    ...{ mode: 'apply', old: OLD, form: IN_FORM },
    steps: [{ byHand: `${IN_FORM} ` }, UNDO],
    ...{ ...STALE, text: `${IN_FORM} `, changes: 1 },
  },
]

/** A write from its job to its undo, by processes that die anywhere, alone and twice in a row. */
export const writeMatrix: readonly ContractCase<Open>[] = WRITE_SCENARIOS.map((scenario) => ({
  name: `a write is ${scenario.name}`,
  async run(open) {
    const points = await check(scenario, open, [])
    ok(points >= 20, String(points))
    for (let point = 1; point <= points; point++) {
      await check(scenario, open, [point])
      if (point % 3 === 0) await check(scenario, open, [point, point + 1 + (point % 5)])
    }
  },
}))

/** The same with few deaths, for a store that is a server. */
export const writeSample: readonly ContractCase<Open>[] = WRITE_SCENARIOS.map((scenario, n) => ({
  name: `a write is ${scenario.name}`,
  async run(open) {
    const points = await check(scenario, open, [])
    for (let point = 1 + (n % 12); point <= points; point += 12) await check(scenario, open, [point, point + 2])
  },
}))

async function check(scenario: WriteScenario, open: Open, deaths: readonly number[]): Promise<number> {
  const { points, ...outcome } = await writeRun(scenario, { ...(await open()), deaths })
  const { text, status, changes } = scenario
  deepStrictEqual({ deaths, ...outcome }, { deaths, violations: [], text, status, changes })
  return points
}

interface WriteRun extends CrashSubject {
  readonly deaths: readonly number[]
  readonly mutation?: WriteMutation | null
}

/** One job of a scenario, in processes that die at these points: before and after each commit, call, look and write. */
export async function writeRun(
  { mode, old, steps, form, losesAnswer }: WriteScenario,
  { store, armedAt, deaths, mutation = null }: WriteRun,
) {
  const shop = new WatchedShop()
  shop.set('apron', old)
  if (form !== undefined) shop.forms.set(NEW, form)
  if (losesAnswer)
    shop.onWrite = (when) => {
      if (when === 'before') return
      shop.onWrite = () => undefined
      throw new Error('The answer was lost.')
    }
  const process = new MortalProcess(deaths)
  const world = { store, clock: new ManualClock(T0), shop, process, mode, texts: { apron: NEW }, mutation }
  const witness = new Witness(store)
  const { job, event } = submitted({ agent: 'writer' })
  await store.create(job, event)
  const settle = () => settled(world, job.id, async () => witness.checkAtRest(job.id, await armedAt(job.id)))
  let ended = await settle()
  for (const step of steps) {
    if ('byHand' in step) shop.set('apron', step.byHand)
    else await insist(world, ended, step)
    ended = await settle()
  }
  return {
    violations: [...shop.violations, ...witness.violations],
    text: shop.textOf('apron'),
    status: ended.writes[0]?.status,
    changes: shop.changes,
    points: process.points,
  }
}

/** What an engine does until nothing is due but the end of the job's retention: each wake at its time, in a new process. */
export async function settled(world: WriteWorld, jobId: string, look: () => Promise<void>): Promise<JobRecord> {
  for (let wakes = 0; wakes < 40; wakes++) {
    await look()
    const job = (await world.store.load(jobId))?.job
    ok(job, 'The job is lost.')
    const { kind, at } = nextWake(job)
    if (kind === 'expire') return job
    await world.clock.advance(Math.max(0, at - world.clock.now()))
    await alive(world, ({ executeJob, carryOutWrites }) =>
      (kind === 'write' ? carryOutWrites : executeJob).execute(jobId, new AbortController().signal),
    )
  }
  throw new Error(`The job ${jobId} is stuck.`)
}

/** What a client does: it repeats what it got no answer to. */
async function insist(
  world: WriteWorld,
  { tenantId, writes: [write] }: JobRecord,
  decision: WriteDecision,
): Promise<void> {
  ok(write, 'The job has no write.')
  const { id: proposalId, version } = write
  const command = { tenantId, by: BOSS, proposalId, decision, version }
  while ((await alive(world, ({ decideProposal }) => decideProposal.execute(command))) === DIED);
}
