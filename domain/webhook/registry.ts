import { problemInList } from '../agent/definition.ts'
import { DefinitionError } from '../agent/errors.ts'
import { WebhookNotFoundError } from './errors.ts'
import { type Webhook, isWebhook } from './webhook.ts'

/** The webhooks of this installation, by name. */
export class WebhookRegistry {
  readonly #webhooks: ReadonlyMap<string, Webhook>

  /** @throws {DefinitionError} when two webhooks share a name, and for an entry that is no webhook. */
  constructor(webhooks: readonly Webhook[]) {
    checkEntries(webhooks)
    this.#webhooks = new Map(webhooks.map((webhook) => [webhook.name, webhook]))
    const twice = webhooks.find((webhook) => this.#webhooks.get(webhook.name) !== webhook)
    if (twice) throw new DefinitionError(`Two webhooks are named "${twice.name}".`)
  }

  find(name: string): Webhook | null {
    return this.#webhooks.get(name) ?? null
  }

  /** @throws {WebhookNotFoundError} */
  get(name: string): Webhook {
    const webhook = this.find(name)
    if (!webhook) throw new WebhookNotFoundError(name)
    return webhook
  }

  /** @throws {WebhookNotFoundError} also for a webhook of another tenant. */
  of(tenantId: string, name: string): Webhook {
    const webhook = this.get(name)
    if (webhook.tenantId !== tenantId) throw new WebhookNotFoundError(name)
    return webhook
  }

  list(): readonly Webhook[] {
    return [...this.#webhooks.values()]
  }
}

function checkEntries(webhooks: unknown): void {
  if (!Array.isArray(webhooks)) throw new DefinitionError('The webhooks must be a list, [shop, …].')
  const problem = problemInList(webhooks, { isMade: isWebhook, maker: 'defineWebhook' })
  if (problem !== null) throw new DefinitionError(`Of the webhooks, ${problem}.`)
}
