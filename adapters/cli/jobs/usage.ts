import { type Command, InvalidArgumentError } from 'commander'
import { costText } from '#domain/money/dollars.ts'
import { DAY_MS } from '#domain/time/duration.ts'
import type { JobActivity } from '../../client/types.ts'
import { CliError } from '../server-call.ts'
import { table } from '../text-table.ts'
import { jsonText } from '../json-text.ts'
import { type Act, type Output } from './job-world.ts'

interface UsageOptions extends Output {
  readonly since?: Date
  readonly agent?: string
  readonly tag?: string
  readonly batch?: string
}

type Sums = JobActivity['agents'][number]

const DAYS = 7
const MOST_DAYS = 31

export function addUsage(command: Command, act: Act): void {
  command
    .description('show what jobs used and cost, by day and by agent')
    .option('--since <day>', 'from this day of UTC on, such as 2026-11-23 (default: six days ago)', day)
    .option('--agent <agent>', 'jobs of this agent')
    .option('--tag <tag>', 'jobs with this tag')
    .option('--batch <name>', 'jobs of this group')
    .action(
      act(async ({ errand, print, note, signal }, { json: asJson = false, since, ...filter }: UsageOptions) => {
        const days = since === undefined ? DAYS : daysSince(since, new Date())
        const activity = await errand.activity({ ...filter, days }, { signal })
        print(asJson ? jsonText(activity) : usageText(activity))
        if (!activity.isWhole && !asJson)
          note(`Only jobs submitted since ${activity.from} count: there are too many.\n`)
      }),
    )
}

/** @throws {InvalidArgumentError} */
export function day(text: string): Date {
  const at = new Date(`${text}T00:00:00.000Z`)
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return at
  throw new InvalidArgumentError('It must be a day, such as 2026-11-23.')
}

/** Both counted. @throws {CliError} */
export function daysSince(since: Date, now: Date): number {
  const days = Math.floor(now.getTime() / DAY_MS) - Math.floor(since.getTime() / DAY_MS) + 1
  if (days >= 1 && days <= MOST_DAYS) return days
  throw new CliError(`--since must be today or up to ${String(MOST_DAYS - 1)} days ago, by UTC.`)
}

export function usageText({ parts, agents, ...total }: JobActivity): string {
  const head = ['ENDED', 'FAILED', 'TOKENS IN', 'CACHED', 'OUT', 'COST']
  const days = parts.map(({ from, ...sums }) => [from.slice(0, 10), ...cells(sums)])
  const byAgent = agents.map(({ agent, ...sums }) => [agent, ...cells(sums)])
  const all = table([['DAY (UTC)', ...head], ...days])
  if (agents.length === 0) return `${all}\nNo job of that time has ended.\n`
  return `${all}\n${table([['AGENT', ...head], ...byAgent])}\nCost in all: ${costText(total)}\n`
}

function cells({ completed, failed, canceled, usage, ...cost }: Omit<Sums, 'agent'>): readonly string[] {
  const counts = [completed + failed + canceled, failed, usage.inputTokens, usage.cachedInputTokens, usage.outputTokens]
  return [...counts.map((count) => count.toLocaleString('en')), costText(cost)]
}
