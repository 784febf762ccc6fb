import { SERVER_SENT_EVENTS } from '#adapters/client/message-stream.ts'
import type { JobEvent } from '#adapters/client/types.ts'
import type { Visit } from './visit.ts'

/** Events of one page: what a person can look through, and a browser shows at once. */
export const EVENTS_OF_PAGE = 200

/** An event that is stored, with its number. */
export type Stored = Exclude<JobEvent, { readonly event: 'text' }> & { readonly id: number }

/** The events after a number, at most one page of them. Nothing is read beyond it. @throws {ErrandError} */
export async function journalPage({ raw }: Visit, jobId: string, after: number): Promise<readonly Stored[]> {
  const path = `/jobs/${encodeURIComponent(jobId)}/events?follow=false&after=${String(after)}`
  const { body } = await raw.pass(path)
  const events: Stored[] = []
  if (!body) return events
  for await (const messages of SERVER_SENT_EVENTS.read(body))
    for (const message of messages) {
      if (message.id !== null && message.event !== undefined) events.push(message as Stored)
      if (events.length === EVENTS_OF_PAGE) return events
    }
  return events
}
