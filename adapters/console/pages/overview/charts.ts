import { html } from 'hono/html'
import type { JobActivity } from '#adapters/client/types.ts'
import { costText } from '#domain/money/dollars.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { type Bar, barChart, totalOf } from '../../view/chart.ts'
import { number } from '../../view/json.ts'

type Part = JobActivity['parts'][number]

/** When jobs ended, and how. */
export function throughput(activity: JobActivity): Html {
  const good = sum(activity, ({ completed }) => completed)
  const rest = sum(activity, ({ failed, canceled }) => failed + canceled)
  if (good + rest === 0) return card('Throughput', html`<p class="empty">No job has ended in this time.</p>`)
  const bars = activity.parts.map(({ from, completed, failed, canceled }): Bar => ({
    label: `${clock(from)}: ${number(completed)} completed, ${number(failed + canceled)} others`,
    parts: [
      { value: completed, kind: 'good' },
      { value: failed + canceled, kind: 'bad' },
    ],
  }))
  return card(
    'Throughput',
    html`${barChart({
        summary: `${number(good)} jobs completed and ${number(rest)} failed or were canceled from ${clock(activity.from)} to ${clock(activity.to)}.`,
        bars,
        legend: { good: 'completed', bad: 'failed or canceled' },
        most: `${number(highest(bars))} jobs`,
        ends: [clock(activity.from), clock(activity.to)],
      })}
      <p class="hint">${number(good)} completed, ${number(rest)} failed or canceled, ${covers(activity)}</p>`,
  )
}

/** What the jobs used that ended then. */
export function tokenChart(activity: JobActivity): Html {
  const input = sum(activity, ({ usage }) => usage.inputTokens)
  const cached = sum(activity, ({ usage }) => usage.cachedInputTokens)
  const output = sum(activity, ({ usage }) => usage.outputTokens)
  if (input + output === 0) return card('Tokens', html`<p class="empty">No job has used tokens in this time.</p>`)
  const bars = activity.parts.map(({ from, usage, ...cost }): Bar => ({
    label: `${clock(from)}: ${number(usage.inputTokens)} tokens in, ${number(usage.outputTokens)} out, ${costText(cost)}`,
    parts: [
      { value: usage.inputTokens, kind: 'plain' },
      { value: usage.outputTokens, kind: 'good' },
    ],
  }))
  const jobs = sum(activity, ({ completed, failed, canceled }) => completed + failed + canceled)
  const says = `${number(input)} tokens in, ${number(cached)} of them from the cache, and ${number(output)} out`
  return card(
    'Tokens and cost',
    html`${barChart({
        summary: `${says}, from ${clock(activity.from)} to ${clock(activity.to)}.`,
        bars,
        legend: { plain: 'tokens in', good: 'tokens out' },
        most: `${number(highest(bars))} tokens`,
        ends: [clock(activity.from), clock(activity.to)],
      })}
      <p class="hint">
        ${says}; ${number(Math.round((input + output) / jobs))} a job, ${covers(activity)}<br />
        Cost: <b>${costText(activity)}</b>${lacking(activity)}
      </p>`,
  )
}

function lacking({ unpricedCalls }: JobActivity): string {
  if (unpricedCalls === 0) return '.'
  return `; the price of ${number(unpricedCalls)} ${unpricedCalls === 1 ? 'call' : 'calls'} is not known.`
}

/** Which jobs a figure is of. */
export function covers({ from, isWhole }: JobActivity): string {
  const since = `of the jobs submitted since ${clock(from)} UTC.`
  return isWhole ? since : `${since} There are too many to look further back.`
}

function sum({ parts }: JobActivity, of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0)
}

function highest(bars: readonly Bar[]): number {
  return Math.max(...bars.map(totalOf))
}

/** `2026-11-29 03:41`. */
function clock(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}
