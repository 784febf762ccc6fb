import { wordDiff } from '#adapters/web/word-diff.ts'
import type { Proposal } from '../../client/types.ts'
import { table } from '../text-table.ts'
import { withoutControls } from '#adapters/web/without-controls.ts'
import { type Layout, beforeAndAfter } from './columns.ts'
import { valueText } from './value-text.ts'

export function proposalTable(proposals: readonly Proposal[]): string {
  const rows = proposals.map(({ id, status, agent, target, flags }) => [
    id,
    status,
    agent,
    withoutControls(target).replaceAll(/\s+/g, ' '),
    flags.map(({ name }) => name).join(', '),
  ])
  return table([['ID', 'STATUS', 'AGENT', 'TARGET', 'FLAGS'], ...rows])
}

/** All that a reviewer needs to see of one. What a model wrote cannot steer the terminal. */
export function proposalText(proposal: Proposal, layout: Layout): string {
  const { id, status, agent, tool, target, before, after, flags, problem, reason, found } = proposal
  const { paint } = layout
  const about = [
    withoutControls(target).replaceAll('\n', ' '),
    paint.faint(`${id}  ${status}  ${agent}, ${tool}`),
    ...(before === null ? [paint.faint('Nothing is there yet.')] : []),
    ...flags.map(({ name, problem: says }) => paint.notice(`${name}: ${oneLine(says)}`)),
    ...(problem === undefined ? [] : [paint.notice(oneLine(problem))]),
    ...(reason === undefined ? [] : [paint.notice(`Rejected: ${oneLine(reason)}`)]),
  ]
  const diff = wordDiff(valueText(before), valueText(after))
  const parts = diff.parts.map(({ kind, text }) => ({ kind, text: shownText(text) }))
  const coarse = diff.isCoarse ? `${paint.faint('The texts are large: passages are marked as a whole.')}\n` : ''
  const there = found === undefined ? '' : `${paint.faint('Found there')}\n${shownText(valueText(found))}\n`
  return `${about.join('\n')}\n\n${beforeAndAfter(parts, layout)}${coarse}${there}`
}

function oneLine(text: string): string {
  return withoutControls(text).replaceAll('\n', ' ')
}

function shownText(text: string): string {
  return withoutControls(text.replaceAll('\r\n', '\n').replaceAll('\t', '  '))
}
