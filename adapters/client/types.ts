import type * as z from 'zod'
import type { AgentDetail, AgentInfo, AgentVersion as AgentVersionShape } from '#adapters/http/wire/agents.ts'
import type * as activity from '#adapters/http/wire/activity.ts'
import type * as batchDeliveries from '#adapters/http/wire/batch-deliveries.ts'
import type * as batches from '#adapters/http/wire/batches.ts'
import type * as proposals from '#adapters/http/wire/proposals.ts'
import type { JobEvents, RunEvents } from '#adapters/http/wire/events.ts'
import type * as job from '#adapters/http/wire/job.ts'
import type * as keys from '#adapters/http/wire/keys.ts'
import type * as listing from '#adapters/http/wire/listing.ts'
import type * as requests from '#adapters/http/wire/requests.ts'
import type * as scheduleRequests from '#adapters/http/wire/schedule-requests.ts'
import type * as schedule from '#adapters/http/wire/schedule.ts'
import type { JsonValue } from '#domain/json/json.ts'
import type * as usage from '#adapters/http/wire/usage.ts'
import type * as webhooks from '#adapters/http/wire/webhooks.ts'

// What travels, as the schemas of the server say it: nothing here is written twice.

/** `Output` is what the agent's output schema makes, or a text for an agent without one. */
export type Report<Output = JsonValue> = Omit<z.infer<typeof job.Report>, 'output'> & { output: Output }
export type Job<Output = JsonValue> = Omit<z.infer<typeof job.Job>, 'report'> & { report?: Report<Output> | undefined }
export type Delivery = z.infer<typeof job.DeliveryView>
export type CallbackMessage = z.infer<typeof job.CallbackMessage>
export type JobSummary = z.infer<typeof listing.JobSummary>
export type JobPage = z.infer<typeof listing.JobPage>
export type JobCounts = z.infer<typeof listing.JobCounts>
export type JobActivity = z.infer<typeof activity.JobActivity>
export type JobActivityQuery = Partial<Readonly<Record<'agent' | 'tag' | 'batch', string>>> & {
  readonly hours?: number
  /** Days of UTC, that of today included; not with `hours`. */
  readonly days?: number
}
/** What jobs have used, by day, agent and model. */
export type UsageReport = z.infer<typeof usage.UsageReport>
/** Days of UTC, such as 2026-11-01, both counted. */
export type UsageQuery = z.input<typeof usage.UsageQuery>
export type Operation = z.infer<typeof listing.OperationView>
export type AgentDescription = z.infer<typeof AgentInfo>
export type AgentDefinition = z.infer<typeof AgentDetail>
export type AgentVersion = z.infer<typeof AgentVersionShape>
export type ApiKey = z.infer<typeof keys.KeyView>
export type ApiKeyRequest = z.input<typeof keys.KeyRequest>
export type MadeApiKey = z.infer<typeof keys.MadeKeyView>
export type Resolution = z.input<typeof requests.ResolutionRequest>
export type SubmitRequest = z.input<typeof requests.SubmitRequest>
export type OperationRequest = z.input<typeof requests.OperationRequest>
/** The conditions of a list; `page_size` is how many jobs one request brings. */
export type JobQuery = Omit<z.input<typeof listing.ListQuery>, 'page_size'> & { readonly page_size?: number }

export type Schedule = z.infer<typeof schedule.Schedule>
export type ScheduleSummary = z.infer<typeof schedule.ScheduleSummary>
export type SchedulePage = z.infer<typeof schedule.SchedulePage>
export type ScheduleRun = z.infer<typeof schedule.ScheduleRun>
export type ScheduleRequest = z.input<typeof scheduleRequests.ScheduleRequest>
export type Backfill = z.input<typeof scheduleRequests.BackfillRequest>
/** The conditions of a list; `page_size` is how many schedules one request brings. */
export type ScheduleQuery = Omit<z.input<typeof scheduleRequests.ScheduleQuery>, 'page_size'> & {
  readonly page_size?: number
}

export type Batch = z.infer<typeof batches.BatchView>
export type BatchDelivery = z.infer<typeof batchDeliveries.BatchDeliveryView>
export type BatchDeliveryLog = z.infer<typeof batchDeliveries.BatchDeliveryLog>
export type BatchPage = z.infer<typeof batches.BatchPage>
export type BatchRequest = z.input<typeof batches.BatchRequest>
/** One item, as a line of an upload says it. */
export type BatchLine = z.input<typeof batches.BatchLine>
export type BatchUpload = z.infer<typeof batches.UploadView>
export type BatchItem = z.infer<typeof batches.BatchItemView>
export type BatchItemPage = z.infer<typeof batches.BatchItemPage>
export type BatchResult = z.infer<typeof batches.BatchResult>
/** `page_size` is how many batches one request brings. */
export type BatchQuery = Paged<typeof batches.BatchesQuery>
/** The conditions of a list of items. */
export type BatchItemQuery = Paged<typeof batches.ItemsQuery>
export type BatchItemStatus = BatchItem['status']

export type Proposal = z.infer<typeof proposals.ProposalView>
export type ProposalCounts = z.infer<typeof proposals.ProposalCounts>
export type ProposalPage = z.infer<typeof proposals.ProposalPage>
/** The conditions of a list; `page_size` is how many proposals one request brings. */
export type ProposalQuery = Omit<z.input<typeof proposals.ProposalsQuery>, 'page_size'> & {
  readonly page_size?: number
}

export type Webhook = z.infer<typeof webhooks.WebhookList>['webhooks'][number]
export type WebhookEvent = z.infer<typeof webhooks.WebhookEventView>
export type WebhookEventPage = z.infer<typeof webhooks.WebhookEventPage>
/** The conditions of a list; `page_size` is how many events one request brings. */
export type WebhookEventQuery = Omit<z.input<typeof webhooks.WebhookEventQuery>, 'page_size'> & {
  readonly page_size?: number
}

type Paged<Query extends z.ZodType> = Partial<
  Readonly<Record<Exclude<keyof z.input<Query>, 'page_size'>, string | undefined>>
> & { readonly page_size?: number | undefined }

type Named<Events> = {
  [Name in keyof Events]-?: { readonly event: Name; readonly data: NonNullable<Events[Name]> }
}[keyof Events]

/** An event of a job. `id` is its number in the journal; text has none. */
export type JobEvent = Named<z.infer<typeof JobEvents>> & { readonly id: number | null }
export type RunEvent = Named<z.infer<typeof RunEvents>>
