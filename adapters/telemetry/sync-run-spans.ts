import { AppError } from '#domain/app-error.ts'
import { type Usage, NO_USAGE, addUsage } from '#domain/agent/usage.ts'
import { NO_COST, addCosts } from '#domain/money/cost.ts'
import { attemptSpan, parentOf, submissionSpan, traceIdOf } from '#domain/trace/span-ids.ts'
import type { SyncRun } from '#ports/telemetry.ts'
import * as n from './names.ts'
import { type RunSpans, SPAN_KIND, type Span, type SpanError } from './span.ts'
import { type Content, TurnSpans, usageAttributes } from './turn-spans.ts'

/** A run without a job: the caller's request, the agent in it, and its calls. */
export function spansOfRun(run: SyncRun, content: Content): RunSpans {
  const { runId, tenantId, trace, startedAt, finishedAt } = run
  const error = errorOf(run)
  const turn = new TurnSpans(runId, content)
  turn.beginAttempt(0, startedAt)
  const calls = run.events.map((event, index) => turn.apply(event, index + 1)).filter((span) => span !== null)
  const parent = parentOf({ runId, trace })
  const shared = { endedAt: finishedAt, ...(error && { error }) }
  const isRequest = trace.receivedAt !== undefined
  const request: Span = {
    subject: 'submission',
    spanId: submissionSpan(runId),
    parentId: parent?.spanId ?? null,
    name: 'POST /run',
    kind: SPAN_KIND.server,
    startedAt: trace.receivedAt ?? startedAt,
    attributes: { [n.HTTP_METHOD]: 'POST', [n.HTTP_ROUTE]: '/run', [n.TENANT_ID]: tenantId },
    ...shared,
  }
  const agent: Span = {
    subject: 'attempt',
    spanId: attemptSpan(runId, 0),
    parentId: isRequest ? submissionSpan(runId) : (parent?.spanId ?? null),
    name: `${n.INVOKE_AGENT} ${run.agent}`,
    kind: SPAN_KIND.internal,
    startedAt,
    attributes: {
      [n.OPERATION_NAME]: n.INVOKE_AGENT,
      [n.AGENT_NAME]: run.agent,
      [n.AGENT_VERSION]: run.agentVersion,
      [n.TENANT_ID]: tenantId,
      ...usageAttributes(usageIn(run)),
    },
    cost: calls.reduce((sum, { cost = NO_COST }) => addCosts(sum, cost), NO_COST),
    ...shared,
  }
  const spans = [...calls, ...turn.endAttempt(finishedAt), agent, ...(isRequest ? [request] : [])]
  return { traceId: traceIdOf({ runId, trace }), traceState: trace.headers?.tracestate, tenantId, parent, spans }
}

function usageIn({ events }: SyncRun): Usage {
  return events.reduce((sum, event) => ('usage' in event ? addUsage(sum, event.usage) : sum), NO_USAGE)
}

function errorOf({ outcome }: SyncRun): SpanError | undefined {
  if ('report' in outcome) return undefined
  return { type: outcome.error instanceof AppError ? outcome.error.code : n.OTHER_ERROR }
}
