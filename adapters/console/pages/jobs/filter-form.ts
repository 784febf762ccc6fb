import { html } from 'hono/html'
import { EARLY_STOPS } from '#domain/agent/next-step.ts'
import type { Html } from '../../route.ts'
import type { Visit } from '../../visit.ts'
import type { Filter } from './filter.ts'

/** A form that ends up in the address, so that a list can be kept and sent to others. */
export function filterForm(visit: Visit, filter: Filter, agents: readonly string[]): Html {
  const { q, status, agent, tag, batch, error, needs, stop_reason, created_after, created_before } = filter
  const isSet = Object.keys(filter).some((name) => name !== 'status')
  return html`<details class="card" ${isSet ? 'open' : ''}>
    <summary>Filter</summary>
    <form class="filters" action="${visit.href('/jobs')}" aria-label="Filter">
      ${status === undefined ? '' : html`<input type="hidden" name="status" value="${status}" />`}
      <label>Words <input type="search" name="q" value="${q ?? ''}" size="18" maxlength="100" /></label>
      <label>Agent ${choice('agent', agent, ['', ...agents])}</label>
      <label>Tag <input name="tag" value="${tag ?? ''}" size="12" /></label>
      <label>Batch <input name="batch" value="${batch ?? ''}" size="12" /></label>
      <label>Error <input name="error" value="${error ?? ''}" size="14" /></label>
      <label>Waits for a person ${choice('needs', needs, ['', 'approval', 'outcome', 'callback'])}</label>
      <label>Stopped early ${choice('stop_reason', stop_reason, ['', 'early', ...EARLY_STOPS])}</label>
      <label>From (UTC) ${moment('created_after', created_after)}</label>
      <label>Before (UTC) ${moment('created_before', created_before)}</label>
      <div class="toolbar">
        <button>Apply</button>
        <a href="${visit.href('/jobs')}">Clear</a>
      </div>
    </form>
  </details>`
}

function choice(name: string, chosen: string | undefined, values: readonly string[]): Html {
  const options = values.map(
    (value) =>
      html`<option value="${value}" ${value === chosen ? 'selected' : ''}>${value === '' ? 'any' : value}</option>`,
  )
  return html`<select name="${name}">
    ${options}
  </select>`
}

function moment(name: string, value: string | undefined): Html {
  return html`<input type="datetime-local" name="${name}" value="${value?.slice(0, 16) ?? ''}" />`
}
