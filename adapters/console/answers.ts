import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { CallerView } from '#adapters/http/wire/caller.ts'
import type { Logger } from '#ports/logger.ts'
import { bare, framed } from './layout.ts'
import { CONSOLE } from './path.ts'
import { type Problem, problemBody } from './pages/problem.ts'
import type { Done, Html, Page } from './route.ts'
import { PAGE_HEADERS } from './security.ts'
import type { Sessions } from './session.ts'

export interface AnswersDeps {
  readonly basePath: string
  readonly sessions: Sessions
  readonly logger: Logger
}

/** Turns what a page or a form comes to into a response. */
export class Answers {
  readonly #deps: AnswersDeps

  constructor(deps: AnswersDeps) {
    this.#deps = deps
  }

  /** As links and forms write it. */
  get root(): string {
    return `${this.#deps.basePath}${CONSOLE}`
  }

  of(c: Context, result: Page | Done | Response, caller: CallerView): Response | Promise<Response> {
    if (result instanceof Response) return result
    if ('to' in result) return this.redirect(c, result)
    const notice = this.#deps.sessions.takeNotice(c)
    return this.html(c, framed(result, { root: this.root, caller, notice }), result.status)
  }

  /** Without the base path: where the app is mounted, that is put in front of each `Location`. */
  redirect(c: Context, { to, notice }: Done): Response {
    if (notice !== undefined) this.#deps.sessions.leaveNotice(c, notice)
    c.header('cache-control', 'no-store')
    return c.redirect(`${CONSOLE}${to}`, 303)
  }

  html(c: Context, page: Html, status: ContentfulStatusCode = 200): Response | Promise<Response> {
    return c.html(page, status, PAGE_HEADERS)
  }

  foreignForm(c: Context, problem: string): Response | Promise<Response> {
    const message = `This form does not come from a page of this console: ${problem}.`
    return this.#refused(c, { status: 403, code: 'forbidden', message, problems: [], retryable: false })
  }

  /** @param caller `null` where it is not known, so the page has no navigation. */
  nothingHere(c: Context, caller: CallerView | null): Response | Promise<Response> {
    const message = `The console has no page ${new URL(c.req.url).pathname}.`
    return this.#refused(c, { status: 404, code: 'not_found', message, problems: [], retryable: false }, caller)
  }

  /**
   * A refusal of the API; everything else is a fault of ours, which is logged and not shown.
   * @param caller `null` where it is not known, so the page has no navigation.
   */
  failed(c: Context, error: unknown, caller: CallerView | null = null): Response | Promise<Response> {
    if (!(error instanceof ErrandError)) {
      this.#deps.logger.error('A page of the console failed.', error, { method: c.req.method, path: c.req.path })
      const message = 'The page could not be made. The logs of the service say why.'
      return this.#refused(c, { status: 500, code: 'internal_error', message, problems: [], retryable: false }, caller)
    }
    return error.status === 401 ? this.#signedOut(c) : this.#refused(c, error, caller)
  }

  #signedOut(c: Context): Response {
    this.#deps.sessions.end(c)
    const { pathname, search } = new URL(c.req.url)
    const wanted = c.req.method === 'GET' ? `${pathname.slice(CONSOLE.length)}${search}` : ''
    return this.redirect(c, { to: wanted === '' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(wanted)}` })
  }

  #refused(c: Context, problem: Problem, caller: CallerView | null = null): Response | Promise<Response> {
    const { root } = this
    const explained = (code: string): string => `${this.#deps.basePath}/errors/${code}`
    const page = { title: problem.code, body: problemBody(problem, { explained, root }) }
    const html = caller ? framed(page, { root, caller, notice: null }) : bare({ ...page, root })
    return this.html(c, html, (problem.status === 0 ? 503 : problem.status) as ContentfulStatusCode)
  }
}
