import type { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Visit } from './visit.ts'

/** Markup that `html` has made: what stands in its holes is escaped. */
export type Html = ReturnType<typeof html>

/** Where a page belongs in the navigation. */
export type Section =
  'overview' | 'jobs' | 'batches' | 'proposals' | 'inbox' | 'schedules' | 'webhooks' | 'agents' | 'keys'

export type PageStatus = ContentfulStatusCode

export interface Page {
  readonly title: string
  readonly section: Section
  readonly body: Html
  /** HTTP status, for a form that comes back with what is wrong with it; 200 if left out. */
  readonly status?: PageStatus
}

/** What a form leads to: a redirect, and a sentence that the next page shows once. */
export interface Done {
  /** Path below the console, with its query: `/jobs/job_…`. */
  readonly to: string
  readonly notice?: string
}

/** Shows a page. What it throws as an `ErrandError` becomes a page that explains it. */
export type Show = (visit: Visit) => Promise<Done | Page | Response>
/** Carries out a form. It may also show the page again, with what is wrong with the form. */
export type Act = (visit: Visit) => Promise<Done | Page | Response>

export type ConsoleRoute = {
  /** Below the console, as Hono writes it: `/jobs/:id`. */
  readonly path: string
} & ({ readonly method: 'GET'; readonly handle: Show } | { readonly method: 'POST'; readonly handle: Act })

export function get(path: string, handle: Show): ConsoleRoute {
  return { method: 'GET', path, handle }
}

/** A form's target. Only forms of the console's own pages reach it: `same-origin.ts`. */
export function post(path: string, handle: Act): ConsoleRoute {
  return { method: 'POST', path, handle }
}
