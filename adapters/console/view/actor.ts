import { html } from 'hono/html'
import type * as z from 'zod'
import type { ActorView } from '#adapters/http/wire/actor.ts'
import { nameOfActor } from '#domain/tenant/actor.ts'
import type { Html } from '../route.ts'
import type { Visit } from '../visit.ts'

type Actor = z.infer<typeof ActorView>

/** Who did something, in a few words. */
export function actorName(actor: Actor | undefined): string {
  if (!actor) return '–'
  const name = nameOfActor(actor)
  return actor.for ? `${name}, for ${actorName(actor.for)}` : name
}

/** Pages of those that have one, below the console. */
const PAGES: Readonly<Record<string, string>> = { webhook: '/webhooks', schedule: '/schedules', batch: '/batches' }

/** The same, as a link to the webhook's event, the schedule or the batch that it was. */
export function actorLink({ href }: Pick<Visit, 'href'>, actor: Actor): Html | string {
  const { kind, id, event, for: principal } = actor
  const page = PAGES[kind]
  if (page === undefined || id === undefined) return actorName(actor)
  const path = [id, ...(event === undefined ? [] : [event])].map(encodeURIComponent).join('/')
  const address = href(`${page}/${path}`)
  const link = html`${kind} ${kind === 'batch' ? idLink(address, id) : html`<a href="${address}">${id}</a>`}`
  return principal ? html`${link}, for ${actorName(principal)}` : link
}

/** Ids differ in their ends, so those are shown; the title has the whole. */
export function idLink(address: string, id: string): Html {
  return html`<a class="mono id" href="${address}" title="${id}"><bdi>${id}</bdi></a>`
}
