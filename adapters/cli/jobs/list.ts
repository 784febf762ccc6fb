import { costText } from '#domain/money/dollars.ts'
import { type Command, Option } from 'commander'
import { EARLY_STOPS } from '#domain/agent/next-step.ts'
import { clip } from '#domain/json/issues.ts'
import { STOP_WORDS } from '#domain/explanation/of-stops.ts'
import { JOB_STATUSES } from '#domain/job/job.ts'
import type { JobPage, JobQuery, JobSummary } from '../../client/types.ts'
import { amount } from '../counted.ts'
import { wholeNumber } from '../input.ts'
import { table } from '../text-table.ts'
import { toPast } from '../time-words.ts'
import { jsonText } from '../json-text.ts'
import { type Act, type JobWorld, type Output } from './job-world.ts'

interface ListOptions extends Output {
  readonly status?: readonly string[]
  readonly agent?: string
  readonly tag?: string
  readonly batch?: string
  readonly error?: JobQuery['error']
  readonly stopReason?: JobQuery['stop_reason']
  readonly search?: string
  readonly before?: string
  readonly limit: number
}

const LIMIT = 50
/** What one request may bring. */
const LARGEST_PAGE = 200
/** A search looks at 5000 jobs a page. It does not go on by itself for ever. */
const PAGES_SEARCHED = 10

export function addList(command: Command, act: Act): void {
  command
    .description('list the jobs of the server, newest first')
    .addOption(new Option('--status <statuses...>', 'jobs in one of these').choices([...JOB_STATUSES]))
    .option('--agent <agent>', 'jobs of this agent')
    .option('--tag <tag>', 'jobs with this tag')
    .option('--batch <name>', 'jobs of this group')
    .option('--error <code>', 'jobs that failed with this code')
    .addOption(
      new Option('--stop-reason <reason>', 'jobs that completed without a whole answer').choices([
        'early',
        ...EARLY_STOPS,
      ]),
    )
    .option('--search <words>', 'jobs with these words in their input, answer, tags or metadata')
    .option(
      '--before <time>',
      'jobs that were submitted before this time: 2026-11-23T08:00:00Z, today, yesterday, 7d, 2h',
      toPast,
    )
    .option('--limit <count>', 'most jobs to list', wholeNumber, LIMIT)
    .action(act((world, options: ListOptions) => list(world, options)))
}

async function list(world: JobWorld, { json: asJson = false, limit, ...options }: ListOptions): Promise<void> {
  const { print, note } = world
  const { found, last } = await find(world, queryOf(options), limit)
  if (asJson) print(jsonText(found))
  else if (found.length > 0) print(jobTable(found))
  if (found.length < limit && last.searchedTo !== undefined) note(goOn(last.searchedTo, found.length))
  else if (found.length === 0 && !asJson) note('There are no such jobs.\n')
}

async function find(
  { errand, signal }: JobWorld,
  query: JobQuery,
  limit: number,
): Promise<{ readonly found: readonly JobSummary[]; readonly last: JobPage }> {
  const page_size = Math.max(1, Math.min(limit, LARGEST_PAGE))
  const found: JobSummary[] = []
  let last: JobPage = { jobs: [] }
  for (let pages = 0; ; pages++) {
    last = await errand.page({ ...query, page_size, ...nextOf(last) }, { signal })
    found.push(...last.jobs.slice(0, limit - found.length))
    const isEnough = found.length >= limit || (last.searchedTo !== undefined && pages + 1 >= PAGES_SEARCHED)
    if (isEnough || last.next_page_token === undefined) return { found, last }
  }
}

function nextOf({ next_page_token: token }: JobPage): Pick<JobQuery, 'page_token'> {
  return token === undefined ? {} : { page_token: token }
}

function queryOf({ status, search, before, stopReason, ...same }: Omit<ListOptions, 'json' | 'limit'>): JobQuery {
  return {
    ...same,
    ...(status && { status: status.join(',') }),
    ...(stopReason && { stop_reason: stopReason }),
    ...(search !== undefined && { q: search }),
    ...(before !== undefined && { created_before: before }),
  }
}

function goOn(searchedTo: string, count: number): string {
  const found = count === 0 ? 'No such job' : 'No other such job'
  // Others of that millisecond are still to come.
  const before = new Date(Date.parse(searchedTo) + 1).toISOString()
  return `${found} was submitted since ${searchedTo}. To look further back, add: --before ${before}\n`
}

function jobTable(jobs: readonly JobSummary[]): string {
  const rows = jobs.map(({ id, agent, inputPreview, createdAt, usage, tags, batch, ...job }) => [
    id,
    statusText(job),
    agent,
    clip(inputPreview ?? '', MOST_OF_INPUT),
    createdAt,
    usage === null ? '' : `${amount(usage.inputTokens)} + ${amount(usage.outputTokens)}`,
    usage === null ? '' : costText(job),
    [...tags, ...(batch === null ? [] : [`batch ${batch}`])].join(', '),
  ])
  return table([['ID', 'STATUS', 'AGENT', 'INPUT', 'SUBMITTED', 'TOKENS IN + OUT', 'COST', 'TAGS'], ...rows])
}

/** Wider rows break on most terminals. */
const MOST_OF_INPUT = 30

/** With why it has failed, waits or has no whole answer, such as `waiting: approval`. */
function statusText({ status, errorCode, stopReason, needs }: Standing): string {
  const stop = stopReason === null || stopReason === 'finished' ? [] : [STOP_WORDS[stopReason]]
  const why = [...(errorCode === null ? [] : [errorCode]), ...stop, ...needs.map((need) => NEEDS[need])]
  if (status === 'waiting' && why.length === 0) return 'waiting: to try again'
  return why.length === 0 ? status : `${status}: ${why.join(', ')}`
}

type Standing = Pick<JobSummary, 'status' | 'errorCode' | 'stopReason' | 'needs'>

const NEEDS: Readonly<Record<JobSummary['needs'][number], string>> = {
  outcome: 'outcome unknown',
  approval: 'approval',
  callback: 'callback given up',
}
