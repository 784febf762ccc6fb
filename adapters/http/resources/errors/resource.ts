import { type Context, Hono } from 'hono'
import { ERROR_CODES, type ErrorCode } from '#domain/app-error.ts'
import { EXPLANATIONS } from '#domain/explanation/explanation.ts'
import type { AppEnv } from '../../context.ts'
import { NotFoundError } from '../../errors.ts'
import { pathParameter } from '../../openapi/path-parameter.ts'
import type { Route } from '../../openapi/route.ts'
import { SERVICE } from '../../openapi/tags.ts'
import { ERROR_PAGES, statusOf, titleOf } from '../../problem.ts'
import type { Resource } from '../../resource.ts'
import { ErrorPage, type ErrorPageView, ErrorPages } from '../../wire/errors.ts'
import { SECURITY_POLICY, errorHtml, listHtml } from './html.ts'

/** A page for each code, where `type` of a problem leads: JSON for programs, HTML for browsers. */
export function errorResource(): Resource {
  const app = new Hono<AppEnv>()
    .get('/', (c) => {
      const errors = ERROR_CODES.map(pageOf)
      return wantsHtml(c) ? c.html(listHtml(errors), 200, HTML_HEADERS) : c.json({ errors }, 200, CACHED)
    })
    .get('/:code', (c) => {
      const code = ERROR_CODES.find((known) => known === c.req.param('code'))
      if (code === undefined) throw new NotFoundError(c.req.path)
      return wantsHtml(c) ? c.html(errorHtml(pageOf(code)), 200, HTML_HEADERS) : c.json(pageOf(code), 200, CACHED)
    })
  const unknown = `${ERROR_PAGES}/job_lost`
  return { path: ERROR_PAGES, routes: ROUTES, app, refusals: { [unknown]: [new NotFoundError(unknown)] } }
}

function pageOf(code: ErrorCode): ErrorPageView {
  return { code, status: statusOf(code), title: titleOf(code), ...EXPLANATIONS[code] }
}

/** Browsers name HTML first; programs name JSON, or anything. */
function wantsHtml(c: Context): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/.test(c.req.header('accept') ?? '')
}

/** It changes with a deploy and at no other time. */
const CACHED = { 'cache-control': 'public, max-age=300', vary: 'accept' }
const HTML_HEADERS = { ...CACHED, 'content-security-policy': SECURITY_POLICY }

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /': {
    id: 'listErrors',
    summary: 'What each error code means',
    description: 'JSON, or a page for a browser.',
    scope: null,
    tag: SERVICE,
    answers: { 200: { description: 'Every code.', schema: ErrorPages, headers: ['cache-control'] } },
  },
  'GET /{code}': {
    id: 'explainError',
    summary: 'What an error code means, and what to do',
    description: 'JSON, or a page for a browser. `type` of a problem leads here.',
    scope: null,
    tag: SERVICE,
    path: {
      code: pathParameter('ErrorCodeInPath', /^[a-z_]{1,64}$/, {
        description: 'The `code` of a problem, or of `error` of a failed job.',
        example: 'job_not_retryable',
      }),
    },
    answers: { 200: { description: 'Its page.', schema: ErrorPage, headers: ['cache-control'] } },
    errors: ['not_found'],
  },
}
