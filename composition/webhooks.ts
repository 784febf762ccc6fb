import { DerivedIds } from '#application/job/derived-ids.ts'
import { SubmitJob } from '#application/job/submit-job.ts'
import { DeleteSchedule } from '#application/schedule/delete-schedule.ts'
import { PutSchedule } from '#application/schedule/put-schedule.ts'
import { CarryOut } from '#application/webhook/carry-out.ts'
import { HandleEvent } from '#application/webhook/handle-event.ts'
import { ReceiveWebhook } from '#application/webhook/receive-webhook.ts'
import { ReplayEvent } from '#application/webhook/replay-event.ts'
import { ShowWebhooks } from '#application/webhook/show-webhooks.ts'
import { SweepMissed } from '#application/webhook/sweep-missed.ts'
import { TendWebhookLog } from '#application/webhook/tend-webhook-log.ts'
import { VerifyWebhook } from '#application/webhook/verify-webhook.ts'
import { WakeWebhookLog } from '#application/webhook/wake-webhook-log.ts'
import type { Register } from './register.ts'
import * as t from './tokens.ts'
import type { DependencyContainer } from './tsyringe.ts'

/** The use-cases of webhooks. */
export function addWebhooks(use: Register): void {
  use(
    CarryOut,
    (c) =>
      new CarryOut({
        submitJob: c.resolve(SubmitJob),
        derivedIds: c.resolve(DerivedIds),
        hasher: c.resolve(t.HASHER),
        putSchedule: c.resolve(PutSchedule),
        deleteSchedule: c.resolve(DeleteSchedule),
      }),
  )
  use(HandleEvent, (c) => new HandleEvent({ ...webhooks(c), carryOut: c.resolve(CarryOut) }))
  use(VerifyWebhook, (c) => new VerifyWebhook(webhooks(c)))
  use(ReceiveWebhook, (c) => new ReceiveWebhook({ ...handling(c), derivedIds: c.resolve(DerivedIds) }))
  use(ReplayEvent, (c) => new ReplayEvent({ ...handling(c), ids: c.resolve(t.IDS) }))
  use(
    SweepMissed,
    (c) =>
      new SweepMissed({
        ...webhooks(c),
        log: c.resolve(t.WEBHOOK_LOG_STORE),
        receiveWebhook: c.resolve(ReceiveWebhook),
      }),
  )
  use(
    TendWebhookLog,
    (c) =>
      new TendWebhookLog({
        ...handling(c),
        log: c.resolve(t.WEBHOOK_LOG_STORE),
        sweepMissed: c.resolve(SweepMissed),
      }),
  )
  use(ShowWebhooks, (c) => new ShowWebhooks(webhooks(c)))
  use(
    WakeWebhookLog,
    (c) =>
      new WakeWebhookLog({
        ...webhooks(c),
        records: c.resolve(t.WEBHOOK_LOG_RECORDS),
        tendWebhookLog: c.resolve(TendWebhookLog),
        derivedIds: c.resolve(DerivedIds),
      }),
  )
}

function webhooks(c: DependencyContainer) {
  return {
    webhooks: c.resolve(t.WEBHOOKS),
    log: c.resolve(t.WEBHOOK_LOG),
    clock: c.resolve(t.CLOCK),
    logger: c.resolve(t.LOGGER),
  }
}

function handling(c: DependencyContainer) {
  return { ...webhooks(c), handleEvent: c.resolve(HandleEvent), sealer: c.resolve(t.SEALER) }
}
