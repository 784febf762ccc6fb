import { html, raw } from 'hono/html'
import type { ErrorPageView } from '../../wire/errors.ts'
import { withCode } from './with-code.ts'

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}code{font-size:.95em}dt{margin-top:1rem;font-weight:600}dd{margin:0}'
/** Byte by byte what its hash is of, so that no formatter touches it. */
const STYLE_ELEMENT = raw(`<style>${STYLE}</style>`)
/** Of STYLE; a test computes it anew. */
const STYLE_HASH = '65k2tHM7bb9m+JBj1POnLd1/T7QF6/TrCz9oP5kffIo='

/** The page loads nothing, runs nothing, and has this one style. */
export const SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

export function errorHtml({ code, status, title, cause, remedy }: ErrorPageView): Html {
  const body = html`<h1><code>${code}</code></h1>
    <p>HTTP ${String(status)} ${title}</p>
    <dl>
      <dt>Why</dt>
      <dd>${withCode(cause)}</dd>
      <dt>What to do</dt>
      <dd>${withCode(remedy)}</dd>
    </dl>
    <p><a href="../errors">All error codes</a> · <a href="../console">Console</a></p>`
  return page(code, body)
}

export function listHtml(errors: readonly ErrorPageView[]): Html {
  const rows = errors.map(
    ({ code, cause }) =>
      html`<dt>
          <a href="errors/${code}"><code>${code}</code></a>
        </dt>
        <dd>${withCode(cause)}</dd>`,
  )
  return page(
    'Error codes',
    html`<h1>Error codes</h1>
      <p><a href="console">Console</a></p>
      <dl>${rows}</dl>`,
  )
}

type Html = ReturnType<typeof html>

function page(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Errand</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        ${body}
      </body>
    </html>`
}
