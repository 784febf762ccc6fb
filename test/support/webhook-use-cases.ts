import { AesSealer } from '#adapters/web/aes-sealer.ts'
import { CarryOut, type CarryOutDeps } from '#application/webhook/carry-out.ts'
import { HandleEvent } from '#application/webhook/handle-event.ts'
import { ReceiveWebhook } from '#application/webhook/receive-webhook.ts'
import { ReplayEvent } from '#application/webhook/replay-event.ts'
import { ShowWebhooks } from '#application/webhook/show-webhooks.ts'
import { SweepMissed } from '#application/webhook/sweep-missed.ts'
import { TendWebhookLog } from '#application/webhook/tend-webhook-log.ts'
import { VerifyWebhook } from '#application/webhook/verify-webhook.ts'
import { WebhookRegistry } from '#domain/webhook/registry.ts'
import type { Webhook } from '#domain/webhook/webhook.ts'
import type { Clock } from '#ports/clock.ts'
import type { IdGenerator } from '#ports/id-generator.ts'
import type { IdSecret } from '#ports/id-secret.ts'
import type { Logger } from '#ports/logger.ts'
import type { WebhookLog } from '#ports/webhook-log.ts'

export interface WebhookUseCasesDeps extends CarryOutDeps {
  readonly log: WebhookLog
  readonly webhooks?: readonly Webhook[] | undefined
  readonly idSecret: IdSecret
  readonly clock: Clock
  readonly logger: Logger
  readonly ids: IdGenerator
}

export function webhookUseCases({ webhooks: declared, idSecret, ...deps }: WebhookUseCasesDeps) {
  const { log, clock, logger, ids, derivedIds } = deps
  const webhooks = new WebhookRegistry(declared ?? [])
  const sealer = new AesSealer(idSecret)
  const handleEvent = new HandleEvent({ log, carryOut: new CarryOut(deps), clock, logger })
  const receiveWebhook = new ReceiveWebhook({ log, handleEvent, derivedIds, sealer, clock })
  const sweepMissed = new SweepMissed({ webhooks, log, receiveWebhook, clock, logger })
  return {
    verifyWebhook: new VerifyWebhook({ webhooks, clock }),
    receiveWebhook,
    replayEvent: new ReplayEvent({ webhooks, log, handleEvent, sealer, ids }),
    showWebhooks: new ShowWebhooks({ webhooks, log }),
    tendLog: new TendWebhookLog({ webhooks, log, handleEvent, sweepMissed, sealer, clock, logger }),
  }
}
