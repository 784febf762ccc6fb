import { html } from 'hono/html'
import type { AgentVersion } from '#adapters/client/types.ts'
import type { JsonObject, JsonValue } from '#domain/json/json.ts'
import type { Html } from '../../route.ts'
import { badge } from '../../view/badge.ts'
import { card } from '../../view/card.ts'
import { sideBySide } from '../../view/diff.ts'
import { table } from '../../view/table.ts'
import { time } from '../../view/time.ts'
import type { Visit } from '../../visit.ts'
import { type Change, changesBetween } from './changes.ts'

/** Characters of a value that has its place in a table. */
const SHORT = 60

/** @param versions seen last first. */
export function versionsCard(versions: readonly AgentVersion[], visit: Visit): Html {
  const pair = pairOf(versions, visit.query.get('compare'))
  if (!pair) return card('Changes', html`<p class="hint">No other definition of this agent has been seen.</p>`)
  const [older, newer] = pair
  return html`<section id="changes">
    ${card(
      'Changes',
      html`<p class="hint">
          From the definition that was last seen ${time(older.lastSeenAt)} to the one that was first seen
          ${time(newer.firstSeenAt)}.
        </p>
        ${changesOf(older, newer, visit)} ${versions.length > 2 ? versionTable(versions, visit) : ''}`,
    )}
  </section>`
}

/** The current definition and another one, the older first: the one that is asked for, or the one before. */
function pairOf(
  versions: readonly AgentVersion[],
  asked: string | null,
): readonly [older: AgentVersion, newer: AgentVersion] | null {
  const current = versions.findIndex(({ isCurrent }) => isCurrent)
  const chosen = versions.findIndex(({ fingerprint, isCurrent }) => fingerprint === asked && !isCurrent)
  const other = chosen >= 0 ? chosen : current + 1 < versions.length ? current + 1 : current - 1
  const [newer, older] = [versions[Math.min(current, other)], versions[Math.max(current, other)]]
  return older && newer ? [older, newer] : null
}

function changesOf({ definition: before }: AgentVersion, { definition: after }: AgentVersion, visit: Visit): Html {
  if (!before || !after) return html`<p class="hint">One of them is too large to be kept.</p>`
  const changes = changesBetween(before as JsonObject, after as JsonObject)
  const inTable = changes.filter((change) => isShort(change.before) && isShort(change.after))
  const large = changes.filter((change) => !inTable.includes(change))
  const hidden = visit.may('admin')
    ? ''
    : html`<p class="hint">To see changes of instructions and settings, a key needs the scope <code>admin</code>.</p>`
  return html`${hidden} ${inTable.length > 0 ? changeTable(inTable) : ''} ${large.map(largeChange)}
  ${changes.length > 0 ? '' : html`<p>Nothing else has changed.</p>`}`
}

function isShort(value: JsonValue): boolean {
  if (typeof value === 'string') return value.length <= SHORT && !value.includes('\n')
  return JSON.stringify(value).length <= SHORT
}

function changeTable(changes: readonly Change[]): Html {
  return table({
    caption: 'Changed values',
    head: ['Changed', 'Before', 'After'],
    rows: changes.map(({ name, before, after }) => [html`<code>${name}</code>`, shortValue(before), shortValue(after)]),
    empty: '',
  })
}

function shortValue(value: JsonValue): Html {
  if (value === null) return html`<span class="dim">nothing</span>`
  return html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`
}

function largeChange({ name, before, after }: Change): Html {
  const said = before === null ? ' was added' : after === null ? ' was removed' : ''
  return html`<h3><code>${name}</code>${said}</h3>
    ${sideBySide({ before, after })}`
}

function versionTable(versions: readonly AgentVersion[], { href, param }: Visit): Html {
  const path = href(`/agents/${param('name')}`)
  return table({
    caption: 'Definitions seen',
    head: ['Version', 'First seen', 'Last seen', 'Compare'],
    rows: versions.map(({ definition, fingerprint, firstSeenAt, lastSeenAt, isCurrent }) => [
      html`<code>${nameOf(definition) ?? fingerprint}</code>`,
      time(firstSeenAt),
      time(lastSeenAt),
      isCurrent ? badge('current', 'good') : html`<a href="${path}?compare=${fingerprint}#changes">Compare</a>`,
    ]),
    empty: '',
  })
}

function nameOf(definition: AgentVersion['definition']): string | null {
  const version = definition?.['version']
  return typeof version === 'string' ? version : null
}
