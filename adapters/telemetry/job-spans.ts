import { isTurnEvent } from '#domain/agent/turn-event.ts'
import { type Usage, NO_USAGE, addUsage } from '#domain/agent/usage.ts'
import type { CallbackAttempted } from '#domain/callback/delivery.ts'
import type { AttemptStarted, JobEnding, JobEvent, JobWaiting } from '#domain/job/event.ts'
import { isEnding } from '#domain/job/event.ts'
import type { JsonValue } from '#domain/json/json.ts'
import { type Cost, NO_COST, addCosts } from '#domain/money/cost.ts'
import {
  attemptSpan,
  deliverySpan,
  eventSpan,
  jobSpan,
  parentOf,
  submissionSpan,
  traceIdOf,
} from '#domain/trace/span-ids.ts'
import type { WriteEnded, WriteDeferred, WriteStarted } from '#domain/write/event.ts'
import * as n from './names.ts'
import { type RunSpans, SPAN_KIND, type Span, type SpanError } from './span.ts'
import { submissionOf } from './submission.ts'
import type { SubmittedJob } from './submitted-job.ts'
import { type Content, TurnSpans, usageAttributes } from './turn-spans.ts'

type Begun = Omit<Span, 'endedAt' | 'error'>

/** A job as spans: a fold of its journal that gives each span when the event that ends it comes. */
export class JobSpans {
  readonly job: SubmittedJob
  /** What its spans share. */
  readonly run: Omit<RunSpans, 'spans'>
  /** Number of the last event that was applied. */
  version = 1
  readonly #spanId: string
  readonly #turn: TurnSpans
  readonly #content: Content
  #lastAt: number
  #attempts = 0
  #attempt: Begun | null = null
  #wait: Begun | null = null
  #agentVersion: string | undefined
  #usage: Usage = NO_USAGE
  #cost: Cost = NO_COST
  readonly #writes = new Map<string, Begun>()
  readonly #deliveries = new Map<string, { readonly rounds: number; readonly tries: number }>()

  constructor(job: SubmittedJob, content: Content) {
    this.job = job
    const { tenantId, trace } = job
    const parent = parentOf(job)
    this.run = { traceId: traceIdOf(job), traceState: trace?.headers?.tracestate, tenantId, parent }
    this.#spanId = jobSpan(job.runId)
    this.#content = content
    this.#turn = new TurnSpans(job.runId, content)
    this.#lastAt = job.createdAt
  }

  /** What began the job. It has ended with the submission. */
  submission(): Span {
    return submissionOf(this.job)
  }

  /** The spans that `event`, the next one of the journal, ends. */
  apply(event: JobEvent): readonly Span[] {
    this.version++
    const ended = this.#ended(event)
    this.#lastAt = Math.max(this.#lastAt, event.at)
    return ended
  }

  #ended(event: JobEvent): readonly Span[] {
    if (isTurnEvent(event)) {
      if ('usage' in event) this.#usage = addUsage(this.#usage, event.usage)
      const span = this.#turn.apply(event, this.version)
      if (span?.cost) this.#cost = addCosts(this.#cost, span.cost)
      return present(span)
    }
    if (isEnding(event)) return this.#end(event)
    const follow = JobSpans.#FOLLOWED[event.type] as ((spans: JobSpans, event: JobEvent) => readonly Span[]) | undefined
    return follow?.(this, event) ?? NONE
  }

  /** Of the other events, those that begin or end a span. */
  static readonly #FOLLOWED: {
    readonly [Type in JobEvent['type']]?: (
      spans: JobSpans,
      event: Extract<JobEvent, { readonly type: Type }>,
    ) => readonly Span[]
  } = {
    'attempt.started': (spans, event) => spans.#beginAttempt(event),
    'attempt.released': (spans, { at }) => spans.#endAttempt(at),
    'job.waiting': (spans, event) => spans.#beginWait(event),
    'callback.attempted': (spans, event) => present(spans.#delivered(event)),
    'callback.redelivery_requested': (spans, { deliveryId }) => spans.#askAgain(deliveryId),
    'write.started': (spans, event) => spans.#beginWrite(event),
    'write.deferred': (spans, event) => present(spans.#endWrite(event)),
    'write.ended': (spans, event) => present(spans.#endWrite(event)),
  }

  #beginAttempt({ at, executorId, release, agentVersion }: AttemptStarted): readonly Span[] {
    // An attempt that is still open was cut off: the last event is the last sign of it.
    const ended = [...this.#endAttempt(this.#lastAt, CUT_OFF), ...this.#endWait(at)]
    this.#attempts++
    this.#agentVersion = agentVersion ?? this.#agentVersion
    this.#turn.beginAttempt(this.#attempts, at)
    this.#attempt = this.#begun('attempt', {
      spanId: attemptSpan(this.job.runId, this.#attempts),
      name: 'attempt',
      startedAt: at,
      attributes: {
        [n.ATTEMPT]: this.#attempts,
        [n.EXECUTOR_ID]: executorId,
        [n.RELEASE]: release ?? undefined,
        [n.JOB_ID]: this.job.id,
      },
    })
    return ended
  }

  #endAttempt(at: number, error?: SpanError): readonly Span[] {
    const open = this.#attempt
    if (!open) return NONE
    this.#attempt = null
    return [...this.#turn.endAttempt(at), { ...open, endedAt: at, error }]
  }

  #beginWait({ at, wait: { reason } }: JobWaiting): readonly Span[] {
    const ended = [...this.#endAttempt(at), ...this.#endWait(at)]
    this.#wait = this.#begun('wait', {
      spanId: eventSpan(this.job.runId, this.version),
      name: `wait ${reason}`,
      startedAt: at,
      attributes: { [n.WAIT_REASON]: reason, [n.JOB_ID]: this.job.id },
    })
    return ended
  }

  #endWait(at: number): readonly Span[] {
    const open = this.#wait
    this.#wait = null
    return open ? [{ ...open, endedAt: at }] : NONE
  }

  #end(event: JobEnding): readonly Span[] {
    const { job } = this
    const error = errorOf(event)
    const span: Span = {
      subject: 'job',
      spanId: this.#spanId,
      parentId: submissionSpan(job.runId),
      name: `${n.INVOKE_AGENT} ${job.agent}`,
      kind: SPAN_KIND.internal,
      startedAt: job.createdAt,
      endedAt: event.at,
      attributes: {
        ...usageAttributes(this.#usage),
        [n.OPERATION_NAME]: n.INVOKE_AGENT,
        [n.AGENT_NAME]: job.agent,
        [n.AGENT_VERSION]: this.#agentVersion,
        [n.CONVERSATION_ID]: job.id,
        [n.JOB_ID]: job.id,
        [n.TENANT_ID]: job.tenantId,
        [n.JOB_STATUS]: event.type.slice('job.'.length),
        [n.RETRY_OF]: job.retryOf ?? undefined,
        [n.INPUT_MESSAGES]: this.#content.isCaptured ? inputMessages(job.input) : undefined,
      },
      cost: this.#cost,
      error,
    }
    return [...this.#endAttempt(event.at, error), ...this.#endWait(event.at), span]
  }

  #askAgain(deliveryId: string): readonly Span[] {
    const rounds = this.#deliveries.get(deliveryId)?.rounds ?? 0
    this.#deliveries.set(deliveryId, { rounds: rounds + 1, tries: 0 })
    return NONE
  }

  #delivered({ at, deliveryId, status, tookMs }: CallbackAttempted): Span | null {
    const round = this.#deliveries.get(deliveryId) ?? { rounds: 0, tries: 0 }
    this.#deliveries.set(deliveryId, { ...round, tries: round.tries + 1 })
    if (tookMs === undefined) return null
    const isTaken = status !== null && status >= 200 && status < 300
    return {
      ...this.#begun('delivery', {
        spanId: deliverySpan(deliveryId, round),
        name: 'POST callback',
        startedAt: at - tookMs,
        attributes: {
          [n.DELIVERY_ID]: deliveryId,
          [n.JOB_ID]: this.job.id,
          [n.HTTP_METHOD]: 'POST',
          [n.HTTP_STATUS]: status ?? undefined,
          [n.SERVER_ADDRESS]: hostOf(this.job.callbackUrl),
        },
      }),
      kind: SPAN_KIND.client,
      endedAt: at,
      ...(!isTaken && { error: { type: status === null ? n.OTHER_ERROR : String(status) } }),
    }
  }

  #beginWrite({ at, callId }: WriteStarted): readonly Span[] {
    const spanId = eventSpan(this.job.runId, this.version)
    const attributes = { [n.TOOL_CALL_ID]: callId, [n.JOB_ID]: this.job.id }
    this.#writes.set(callId, this.#begun('write', { spanId, name: 'write', startedAt: at, attributes }))
    return NONE
  }

  #endWrite(event: WriteDeferred | WriteEnded): Span | null {
    const open = this.#writes.get(event.callId)
    this.#writes.delete(event.callId)
    if (!open) return null
    const outcome = event.type === 'write.ended' ? event.outcome : 'deferred'
    const isMade = outcome === 'applied' || outcome === 'undone'
    const attributes = { ...open.attributes, [n.WRITE_OUTCOME]: outcome }
    return { ...open, endedAt: event.at, attributes, ...(!isMade && { error: { type: outcome } }) }
  }

  #begun(subject: Span['subject'], span: Pick<Span, 'spanId' | 'name' | 'startedAt' | 'attributes'>): Begun {
    return { subject, parentId: this.#spanId, kind: SPAN_KIND.internal, ...span }
  }
}

const CUT_OFF: SpanError = { type: 'interrupted', message: 'The executor ended before the attempt did.' }

/** Of most events. */
const NONE: readonly Span[] = []

function present(span: Span | null): readonly Span[] {
  return span ? [span] : NONE
}

function errorOf(event: JobEnding): SpanError | undefined {
  if (event.type === 'job.failed') return { type: event.error.code, message: event.error.message }
  return event.type === 'job.canceled' ? { type: 'canceled' } : undefined
}

function inputMessages(input: JsonValue): string {
  const content = typeof input === 'string' ? input : JSON.stringify(input)
  return JSON.stringify([{ role: 'user', parts: [{ type: 'text', content }] }])
}

function hostOf(url: string | null): string | undefined {
  return url === null ? undefined : URL.parse(url)?.hostname
}
