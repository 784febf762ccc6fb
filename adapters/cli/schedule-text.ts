import { table } from './text-table.ts'

/** What a table shows of a schedule. */
export interface ShownSummary {
  readonly id: string
  readonly status: string
  readonly agent?: string | undefined
  readonly when?: ShownWhen | undefined
  readonly nextFireAt: string | null
  readonly pausedBecause?: string | undefined
  readonly endedBecause?: string | undefined
  readonly declaredBy?: string | undefined
}

type ShownWhen =
  | { readonly cron: string; readonly timeZone: string }
  | { readonly everySeconds: number }
  | { readonly at: string }
  | { readonly delaySeconds: number }

export interface ShownSchedule extends ShownSummary {
  readonly ignored?: boolean | undefined
  readonly overlap?: string | undefined
  readonly catchUp?: string | undefined
  readonly next?:
    readonly { readonly at: string; readonly local: string; readonly note?: string | undefined }[] | undefined
  readonly fires?: readonly ShownFire[] | undefined
}

interface ShownFire {
  readonly nominalAt: string
  readonly lastNominalAt?: string | undefined
  readonly count: number
  readonly cause: string
  readonly outcome: string
  readonly jobId?: string | undefined
  readonly movedTo?: string | undefined
  readonly reason?: string | undefined
  readonly error?: { readonly message: string } | undefined
}

export function scheduleTable(schedules: readonly ShownSummary[]): string {
  const rows = schedules.map(({ agent = '', when, nextFireAt, ...schedule }) => [
    schedule.id,
    stateOf(schedule),
    agent,
    whenText(when),
    nextFireAt ?? '-',
  ])
  return table([['ID', 'STATUS', 'AGENT', 'WHEN', 'NEXT FIRE'], ...rows])
}

/** A schedule for a person: what it does, when it fires next, and what became of its fires. */
export function describeSchedule(schedule: ShownSchedule): string {
  const { id, ignored = false, next = [], fires = [] } = schedule
  return [
    `${id}${ignored ? '  (ignored: a newer event was seen before)' : ''}\n`,
    indented(table(factsOf(schedule))),
    ...(next.length > 0 ? ['\nNext fires\n', indented(table(next.map(upcomingRow)))] : []),
    ...(fires.length > 0 ? ['\nLast fires\n', indented(table(fires.map(fireRow)))] : []),
  ].join('')
}

/** Without those that the key may not read. */
function factsOf({ agent, when, overlap, catchUp, ...schedule }: ShownSchedule): readonly (readonly string[])[] {
  const facts = { status: stateOf(schedule), agent, when: when && whenText(when), overlap, 'catch-up': catchUp }
  return Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

function stateOf({ status, pausedBecause, endedBecause, declaredBy }: Omit<ShownSummary, 'nextFireAt'>): string {
  const why = pausedBecause === 'failures' ? 'failures' : (endedBecause ?? '')
  const notes = [why, declaredBy === undefined ? '' : `in ${declaredBy}`].filter((note) => note !== '')
  return notes.length === 0 ? status : `${status} (${notes.join(', ').replaceAll('_', ' ')})`
}

function whenText(when: ShownWhen | undefined): string {
  if (when === undefined) return ''
  if ('cron' in when) return `${when.cron}  ${when.timeZone}`
  if ('everySeconds' in when) return `every ${String(when.everySeconds)} s`
  return 'at' in when ? `once, at ${when.at}` : `once, after ${String(when.delaySeconds)} s`
}

const NOTES: Readonly<Record<string, string>> = {
  after_gap: 'the clock skips its time: right after that',
  first_pass: 'the clock shows this time twice: the first',
  second_pass: 'the clock shows this time twice: the second',
}

function upcomingRow({ at, local, note }: NonNullable<ShownSchedule['next']>[number]): readonly string[] {
  return [at, local === at ? '' : local, note === undefined ? '' : (NOTES[note] ?? note)]
}

function fireRow(fire: ShownFire): readonly string[] {
  const { nominalAt, count, lastNominalAt, cause, outcome, jobId, movedTo, reason, error } = fire
  const times = lastNominalAt === undefined ? nominalAt : `${nominalAt} to ${lastNominalAt}`
  const what = count > 1 ? `${outcome} (${String(count)})` : outcome
  const why = [jobId, movedTo && `to ${movedTo}`, reason?.replaceAll('_', ' '), error?.message]
    .filter(Boolean)
    .join('  ')
  return [times, what, cause === 'schedule' ? '' : cause, why]
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ')
}
