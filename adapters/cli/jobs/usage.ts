import type { Command } from 'commander'
import { costText } from '#domain/money/dollars.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import type { JobActivity, UsageReport } from '../../client/types.ts'
import { amount, counted } from '../counted.ts'
import { CliError } from '../server-call.ts'
import { table } from '../text-table.ts'
import { dateOf, toDay } from '../time-words.ts'
import { jsonText } from '../json-text.ts'
import { type Act, type Output } from './job-world.ts'

interface UsageOptions extends Output {
  readonly since?: Date
  readonly until?: Date
  readonly agent?: string
  readonly model?: string
  readonly tag?: string
  readonly batch?: string
}

type Sums = Omit<JobActivity['agents'][number], 'agent'> & Partial<Pick<UsageReport['total'], 'runs' | 'modelCalls'>>

const DAYS = 7
const MOST_DAYS = 31

export function addUsage(command: Command, act: Act): void {
  command
    .description('show what jobs and runs used and cost, by day, agent and model')
    .option(
      '--since <day>',
      'from this day of UTC on: 2026-11-23, today, yesterday, 7d (default: six days before the last)',
      toDay,
    )
    .option('--until <day>', 'up to this day of UTC, counted too (default: today)', toDay)
    .option('--agent <agent>', 'jobs and runs of this agent')
    .option('--model <model>', 'calls of this model, provider/model')
    .option('--tag <tag>', 'jobs with this tag that are still stored, of the last 31 days')
    .option('--batch <name>', 'jobs of this group that are still stored, of the last 31 days')
    .action(
      act(async ({ errand, print, note, signal }, { json: asJson = false, ...options }: UsageOptions) => {
        if (options.tag === undefined && options.batch === undefined) {
          const usage = await errand.usage(ledgerQuery(options), { signal })
          print(asJson ? jsonText(usage) : usageText(usage))
          return
        }
        const activity = await errand.activity(activityQuery(options, new Date()), { signal })
        print(asJson ? jsonText(activity) : activityText(activity))
        if (!activity.isWhole && !asJson)
          note(`Only jobs submitted since ${activity.from} count: there are too many.\n`)
      }),
    )
}

function ledgerQuery({ since, until, agent, model }: UsageOptions): Readonly<Record<string, string>> {
  return {
    ...(since && { from: dateOf(since) }),
    ...(until && { to: dateOf(until) }),
    ...(agent !== undefined && { agent }),
    ...(model !== undefined && { model }),
  }
}

/** What is kept of deleted jobs says nothing of their tags and groups. @throws {CliError} */
function activityQuery({ since, until, model, ...filter }: UsageOptions, now: Date) {
  if (until !== undefined || model !== undefined)
    throw new CliError('--until and --model cannot be given with --tag or --batch.')
  return { ...filter, days: since === undefined ? DAYS : daysSince(since, now) }
}

/** Both counted. @throws {CliError} */
export function daysSince(since: Date, now: Date): number {
  const days = Math.floor(now.getTime() / DAY_MS) - Math.floor(since.getTime() / DAY_MS) + 1
  if (days >= 1 && days <= MOST_DAYS) return days
  throw new CliError(`With --tag or --batch, --since must be today or up to ${String(MOST_DAYS - 1)} days ago, by UTC.`)
}

/** Of jobs that are still stored. */
export function activityText({ parts, agents, ...total }: JobActivity): string {
  const days = parts.map(({ from, ...sums }) => [from.slice(0, 10), ...cells(sums)])
  const byAgent = agents.map(({ agent, ...sums }) => [agent, ...cells(sums)])
  const all = table([['DAY (UTC)', ...FIGURES], ...days])
  const period = `from ${dateOf(new Date(total.from))} to ${dateOf(new Date(Date.parse(total.to) - 1))}`
  if (agents.length === 0) return `${all}\nNo job that was submitted ${period} (UTC) has ended.\n`
  return `${all}\n${table([['AGENT', ...FIGURES], ...byAgent])}\nCost of jobs submitted ${period}, in all: ${costText(total)}\n`
}

export function usageText({ from, to, days, agents, models, total }: UsageReport): string {
  if (total.jobs + total.runs.count === 0) return `No job or run ended from ${from} to ${to} (UTC).\n`
  const head = FIGURES.toSpliced(2, 0, 'RUNS', 'CALLS')
  const tables = [
    table([['DAY (UTC)', ...head], ...days.map(({ day: on, ...sums }) => [on, ...cells(sums)])]),
    table([['AGENT', ...head], ...agents.map(({ agent, ...sums }) => [agent, ...cells(sums)])]),
    table([['MODEL', ...head], ...models.map(({ model, ...sums }) => [model ?? '-', ...cells(sums)])]),
  ]
  return `${tables.join('\n')}\nCost from ${from} to ${to}, in all: ${costText(total)}${ofRuns(total)}\n${uncounted(total)}`
}

function ofRuns({ runs }: UsageReport['total']): string {
  if (runs.count === 0) return ''
  return `, of which ${counted(runs.count, 'run')} without a job: ${costText(runs)}`
}

function uncounted({ uncountedJobs: jobs }: UsageReport['total']): string {
  if (jobs === 0) return ''
  return `Calls of ${counted(jobs, 'job')} of an earlier release are not counted.\n`
}

const FIGURES: readonly string[] = ['ENDED', 'FAILED', 'TOKENS IN', 'CACHED', 'OUT', 'COST']

function cells({ completed, failed, canceled, runs, modelCalls, usage, ...cost }: Sums): readonly string[] {
  const ends = [completed + failed + canceled, failed]
  const calls = runs && modelCalls !== undefined ? [runs.count, modelCalls] : []
  const counts = [...ends, ...calls, usage.inputTokens, usage.cachedInputTokens, usage.outputTokens]
  return [...counts.map(amount), costText(cost)]
}
