// `errand/client`: calls an Errand server from any program that has `fetch`.
export { CallbackVerificationError, verifyCallback } from '#adapters/client/callback.ts'
export type { ReceivedCallback } from '#adapters/client/callback.ts'
export { ErrandClient } from '#adapters/client/errand-client.ts'
export type {
  AgentName,
  BatchFor,
  HasAgents,
  InputsOf,
  ItemFor,
  OutputsOf,
  ResultFor,
} from '#adapters/client/agents-of.ts'
export type { BatchClient } from '#adapters/client/batch-client.ts'
export type { CallOptions, DecisionOptions, SubmitCallOptions } from '#adapters/client/call-options.ts'
export type { UploadOptions, UploadProgress, Uploaded } from '#adapters/client/upload.ts'
export type { UploadSource } from '#adapters/client/upload-pieces.ts'
export { ErrandError } from '#adapters/client/errand-error.ts'
export type { TransportOptions } from '#adapters/client/transport.ts'
export type {
  AgentDescription,
  Backfill,
  Batch,
  BatchDelivery,
  BatchItem,
  BatchItemPage,
  BatchItemStatus,
  BatchLine,
  BatchPage,
  BatchRequest,
  BatchResult,
  CallbackMessage,
  Delivery,
  Job,
  JobCounts,
  JobEvent,
  JobPage,
  JobQuery,
  JobSummary,
  Operation,
  OperationRequest,
  Report,
  Resolution,
  RunEvent,
  Proposal,
  ProposalPage,
  ProposalQuery,
  Schedule,
  SchedulePage,
  ScheduleQuery,
  ScheduleRequest,
  ScheduleRun,
  ScheduleSummary,
  SubmitRequest,
  Webhook,
  WebhookEvent,
  WebhookEventPage,
  WebhookEventQuery,
} from '#adapters/client/types.ts'
