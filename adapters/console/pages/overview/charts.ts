import { html } from 'hono/html'
import type { Job, JobSummary } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import { card } from '../../view/card.ts'
import { type Bar, barChart, totalOf } from '../../view/chart.ts'
import { number } from '../../view/json.ts'

const BUCKETS = 24

/** When jobs ended, in equal parts of the time that they span. */
export function throughput(jobs: readonly JobSummary[]): Html {
  const ended = jobs.flatMap(({ finishedAt, status }) =>
    finishedAt === null ? [] : [{ at: Date.parse(finishedAt), isGood: status === 'completed' }],
  )
  if (ended.length === 0) return card('Throughput', html`<p class="empty">No job has ended yet.</p>`)
  const times = ended.map(({ at }) => at)
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const size = Math.max(1, (last - first + 1) / BUCKETS)
  const bars = Array.from({ length: BUCKETS }, (_, index): Bar => {
    const inside = ended.filter(({ at }) => Math.floor((at - first) / size) === index)
    const good = inside.filter(({ isGood }) => isGood).length
    const label = `${clock(first + index * size)}: ${String(good)} completed, ${String(inside.length - good)} others`
    return {
      label,
      parts: [
        { value: good, kind: 'good' },
        { value: inside.length - good, kind: 'bad' },
      ],
    }
  })
  const good = ended.filter(({ isGood }) => isGood).length
  const rest = ended.length - good
  return card(
    'Throughput',
    html`${barChart({
        summary: `${String(good)} jobs completed and ${String(rest)} failed or were canceled from ${clock(first)} to ${clock(last)}.`,
        bars,
        most: `${String(Math.max(...bars.map(totalOf)))} jobs`,
        ends: [clock(first), clock(last)],
      })}
      <p class="hint">
        ${number(good)} completed, ${number(rest)} failed or canceled, of the last ${jobs.length} jobs.
      </p>`,
  )
}

/** What each of the latest jobs used, oldest first. */
export function tokenChart(jobs: readonly Job[]): Html {
  const used = jobs
    .toReversed()
    .flatMap(({ id, receipt, finishedAt }) =>
      receipt && finishedAt !== undefined
        ? [{ id, finishedAt, good: sum(receipt.usage.answered), bad: sum(receipt.usage.failed) }]
        : [],
    )
  const [first, last] = [used[0], used.at(-1)]
  if (!first || !last) return card('Tokens', html`<p class="empty">No job has ended yet.</p>`)
  const bars = used.map(({ id, good, bad }): Bar => ({
    label: `${id}: ${number(good)} tokens${bad > 0 ? `, ${number(bad)} wasted` : ''}`,
    parts: [
      { value: good, kind: 'plain' },
      { value: bad, kind: 'bad' },
    ],
  }))
  const total = used.reduce((all, { good }) => all + good, 0)
  const wasted = used.reduce((all, { bad }) => all + bad, 0)
  const perJob = number(Math.round(total / used.length))
  return card(
    'Tokens',
    html`${barChart({
        summary: `The last ${String(used.length)} jobs used ${number(total)} tokens, ${perJob} a job. ${number(wasted)} were wasted.`,
        bars,
        most: `${number(Math.max(...bars.map(totalOf)))} tokens`,
        ends: [clock(Date.parse(first.finishedAt)), clock(Date.parse(last.finishedAt))],
      })}
      <p class="hint">
        ${perJob} a job over the last ${used.length} that ended; ${number(wasted)} wasted by failed calls.
      </p>`,
  )
}

function sum({ inputTokens, outputTokens }: { readonly inputTokens: number; readonly outputTokens: number }): number {
  return inputTokens + outputTokens
}

/** `2026-11-29 03:41` in UTC. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
