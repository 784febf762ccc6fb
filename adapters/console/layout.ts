import { html } from 'hono/html'
import type { CallerView } from '#adapters/http/wire/caller.ts'
import { type Scope, mayDo } from '#domain/tenant/principal.ts'
import { SCRIPT, STYLE } from './assets.ts'
import type { Html, Page, Section } from './route.ts'

interface NavEntry {
  readonly section: Section
  /** What a key needs for it; the overview has something for every key. */
  readonly scope?: Scope
  readonly path: string
  readonly label: string
}

const NAV: readonly NavEntry[] = [
  { section: 'overview', path: '', label: 'Overview' },
  { section: 'inbox', scope: 'read', path: '/inbox', label: 'Inbox' },
  { section: 'jobs', scope: 'read', path: '/jobs', label: 'Jobs' },
  { section: 'batches', scope: 'read', path: '/batches', label: 'Batches' },
  { section: 'proposals', scope: 'read', path: '/proposals', label: 'Proposals' },
  { section: 'schedules', scope: 'read', path: '/schedules', label: 'Schedules' },
  { section: 'webhooks', scope: 'read', path: '/webhooks', label: 'Webhooks' },
  { section: 'agents', scope: 'read', path: '/agents', label: 'Agents' },
  { section: 'keys', scope: 'admin', path: '/keys', label: 'Keys' },
]

export interface Frame {
  /** Path of the console: `/console`, or below where the app is mounted. */
  readonly root: string
  readonly caller: CallerView
  readonly notice: string | null
}

/** A page that was refused belongs to no section. */
type Framed = Pick<Page, 'title' | 'body'> & Partial<Pick<Page, 'section'>>

/** A whole page: navigation, notice and body. */
export function framed({ title, section, body }: Framed, { root, caller, notice }: Frame): Html {
  const links = NAV.filter(({ scope }) => scope === undefined || mayDo(caller, scope)).map(
    (entry) =>
      html`<li>
        <a href="${root}${entry.path}" ${entry.section === section ? html`aria-current="page"` : ''}
          >${entry.label}${entry.section === 'inbox' ? html` <span class="count" data-count="${root}/inbox/count"></span>` : ''}</a
        >
      </li>`,
  )
  return document(
    { title, root },
    html`<a class="skip" href="#main">Skip to content</a>
      <header class="side">
        <a class="brand" href="${root}">Errand</a>
        <nav aria-label="Main">
          <ul>
            ${links}
          </ul>
        </nav>
        ${visitor(caller, root)}
      </header>
      <main id="main" tabindex="-1">
        ${notice === null ? '' : html`<p class="notice" role="status">${notice}</p>`} ${body}
      </main>`,
  )
}

function visitor({ tenant, scopes, actor }: CallerView, root: string): Html {
  if (actor.kind === 'keyless') return html`<p class="visitor">Open on this machine: no API keys.</p>`
  return html`<form class="visitor" method="post" action="${root}/sign-out">
    <p><b>${tenant}</b> <span title="Scopes of the key">${scopes.join(', ')}</span></p>
    <button class="quiet">Sign out</button>
  </form>`
}

/** A page without navigation: the sign-in form, and errors before it. */
export function bare({
  title,
  root,
  body,
}: {
  readonly title: string
  readonly root: string
  readonly body: Html
}): Html {
  return document({ title, root }, html`<main id="main" class="bare">${body}</main>`)
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%235566dd'/%3E%3Cpath d='M4 8h7M8 5l3 3-3 3' fill='none' stroke='white' stroke-width='1.6'/%3E%3C/svg%3E"

function document({ title, root }: { readonly title: string; readonly root: string }, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Errand</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="${root}/assets/${STYLE.name}" />
        <script type="module" src="${root}/assets/${SCRIPT.name}"></script>
      </head>
      <body>
        ${body}
      </body>
    </html>`
}
