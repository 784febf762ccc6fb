import { html } from 'hono/html'
import type { JobActivity } from '#adapters/client/types.ts'
import type { Html } from '../../route.ts'
import type { Visit } from '../../visit.ts'
import { covers } from './charts.ts'
import { usageCard } from './usage-card.ts'

/** What the jobs of each agent used, the dearest agent first. */
export function agentCard(visit: Visit, activity: JobActivity): Html {
  const jobsOf = (agent: string): string => visit.href(`/jobs?${new URLSearchParams({ agent }).toString()}`)
  return usageCard({
    of: 'agent',
    counted: 'Ended',
    rows: activity.agents.map(({ agent, completed, failed, canceled, usage, costMicros, unpricedCalls }) => ({
      name: html`<a href="${jobsOf(agent)}">${agent}</a>`,
      counts: [completed + failed + canceled, failed],
      ...{ usage, costMicros, unpricedCalls },
    })),
    hint: `Jobs that ended, ${covers(activity)}`,
  })
}
