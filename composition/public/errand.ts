// `errand`: what an author defines, the same on every runtime.
export { defineAgent } from '#domain/agent/agent.ts'
export type { Agent, AgentDefinition } from '#domain/agent/agent.ts'
export type { CallSettings, ReasoningEffort, ToolChoice } from '#domain/agent/call-settings.ts'
export { DefinitionError } from '#domain/agent/errors.ts'
export type { Schema } from '#domain/agent/schema.ts'
export { defineTool } from '#domain/agent/tool.ts'
export type { Effect, ProbeAnswer, Tool, ToolContext, ToolDefinition, WriteContext } from '#domain/agent/tool.ts'
export { defineWrite } from '#domain/write/definition.ts'
export type { WriteDefinition } from '#domain/write/definition.ts'
export type { Guard } from '#domain/write/guard.ts'
export type { WriteMode } from '#domain/write/write.ts'
export { contentHash } from '#adapters/webhooks/content-hash.ts'
export { jsonBody } from '#adapters/webhooks/json-body.ts'
export { shopifyWebhook } from '#adapters/webhooks/shopify.ts'
export type { ShopifyWebhookOptions } from '#adapters/webhooks/shopify.ts'
export { standardWebhook } from '#adapters/webhooks/standard.ts'
export type { StandardWebhookOptions } from '#adapters/webhooks/standard.ts'
export type { JsonObject, JsonValue } from '#domain/json/json.ts'
export type { ModelPrice, PriceOverrides, PriceTier, TokenRates } from '#domain/money/price.ts'
export type { Actor } from '#domain/tenant/actor.ts'
export type { OwnRoute, OwnRoutes, RouteCaller } from '#adapters/http/own-routes.ts'
export type { SqlDatabase, SqlRow, SqlValue, Statement } from '#adapters/sql/database.ts'
export { numberAt, textAt } from '#adapters/sql/database.ts'
export type { SqlSchema as Table } from '#adapters/sql/schema.ts'
export { problem } from '#adapters/http/own-problem.ts'
export { calls, says } from '#adapters/models/scripted-models.ts'
export type { DemoScript, DemoTurn } from '../demo/model.ts'
export { defineSchedule } from '../config/define-schedule.ts'
export type { ScheduleDefinition } from '../config/define-schedule.ts'
export type { DeclaredSchedule } from '#application/schedule/reconcile-schedules.ts'
export { schedule, unschedule } from '../config/webhook-actions.ts'
export type { ActionTime, ScheduleActionSpec } from '../config/webhook-actions.ts'
export { submit } from '#domain/webhook/action.ts'
export type {
  ScheduleAction,
  SubmitAction,
  SubmitActionOptions,
  UnscheduleAction,
  WebhookAction,
} from '#domain/webhook/action.ts'
export type { FoundEvents, Gap, MissedEvents } from '#domain/webhook/missed.ts'
export { defineWebhook } from '#domain/webhook/webhook.ts'
export type {
  Filter,
  Handle,
  Verdict,
  Verify,
  VerifyContext,
  Identity,
  Webhook,
  WebhookDefinition,
  WebhookEvent,
  WebhookHeaders,
} from '#domain/webhook/webhook.ts'
export type { VerifiedEvent } from '#domain/webhook/verified-event.ts'
export { defineConfig } from '../config/config.ts'
export type { Config } from '../config/config.ts'
export type { TenantDefinition, TenantDefinitions } from '../config/tenants.ts'
export type { RuntimeWorld, World } from '../config/world.ts'
export type { Logger } from '#ports/logger.ts'
export type { PublicFetch, PublicRequest, PublicResponse } from '#ports/public-fetch.ts'
