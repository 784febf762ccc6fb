import { type Context, Hono } from 'hono'
import type { Scope } from '#domain/tenant/principal.ts'
import { mayDo } from '#domain/tenant/principal.ts'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { HttpApp } from '#adapters/http/server.ts'
import type { CallerView } from '#adapters/http/wire/caller.ts'
import type { Clock } from '#ports/clock.ts'
import type { Logger } from '#ports/logger.ts'
import type { Sealer } from '#ports/sealer.ts'
import { answerAsset } from './asset.ts'
import { MAX_FORM_BYTES, MAX_SIGN_IN_BYTES, limitForm, readForm } from './form-body.ts'
import { CONSOLE } from './path.ts'
import { PAGES } from './pages/pages.ts'
import { Answers } from './answers.ts'
import type { ConsoleRoute } from './route.ts'
import { problemWithForm } from './same-origin.ts'
import { Sessions } from './session.ts'
import { SignIn } from './sign-in.ts'
import { type Api, OwnApi, type Visit } from './visit.ts'

export interface ConsoleDeps {
  readonly api: Api
  /** Where the app is mounted in another one: `/errand`; `''` where it is not. */
  readonly basePath: string
  readonly sealer: Sealer
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Pages for people, at `/console`. They are a client of the API: each page asks it with the visitor's key. So scopes,
 * tenants, limits and errors are the API's, and the console has no rights of its own.
 */
export function createConsole({ api, basePath, sealer, clock, logger }: ConsoleDeps): HttpApp {
  const sessions = new Sessions({ sealer, clock, path: `${basePath}${CONSOLE}` })
  const answers = new Answers({ basePath, sessions, logger })
  const visits = new Visits({ api, basePath, clock })
  const signIn = new SignIn({ api, answers, sessions })

  const handle = (route: ConsoleRoute) => async (c: Context) => {
    const key = await sessions.keyOf(c)
    const visit = await visits.of(c, key)
    try {
      return await answers.of(c, await route.handle(visit), visit.caller)
    } catch (error) {
      return answers.failed(c, error, visit.caller)
    }
  }

  const app = new Hono({ strict: false }).basePath(CONSOLE)
  app.get('/assets/:name', answerAsset)
  app.post('*', (c, next) => {
    const problem = problemWithForm(c)
    return problem === null ? next() : answers.foreignForm(c, problem)
  })
  app.post('/sign-in', limitForm(MAX_SIGN_IN_BYTES))
  app.post('*', limitForm(MAX_FORM_BYTES))
  app.get('/sign-in', (c) => signIn.show(c))
  app.post('/sign-in', (c) => signIn.carryOut(c))
  app.post('/sign-out', (c) => signIn.end(c))
  for (const route of PAGES) app.on(route.method, route.path === '' ? '/' : route.path, handle(route))
  app.notFound(async (c) => answers.nothingHere(c, await visits.callerOrNull(c, await sessions.keyOf(c))))
  app.onError((error, c) => answers.failed(c, error))
  return app
}

/** Makes a visit of each request. */
class Visits {
  readonly #deps: Pick<ConsoleDeps, 'api' | 'basePath' | 'clock'>

  constructor(deps: Pick<ConsoleDeps, 'api' | 'basePath' | 'clock'>) {
    this.#deps = deps
  }

  /** `null` for a visitor whom the API does not let in. */
  async callerOrNull(c: Context, key: string | null): Promise<CallerView | null> {
    try {
      return (await this.of(c, key)).caller
    } catch (error) {
      if (error instanceof ErrandError) return null
      throw error
    }
  }

  /** @throws {ErrandError} where the API does not let the visitor in. */
  async of(c: Context, key: string | null): Promise<Visit> {
    const { api, basePath, clock } = this.#deps
    const raw = new OwnApi(c, api, key)
    const caller = await raw.get<CallerView>('/caller')
    return {
      api: raw.client,
      raw,
      caller,
      may: (scope: Scope) => mayDo(caller, scope),
      now: clock.now(),
      request: c.req.raw,
      param: (name) => c.req.param(name) ?? '',
      query: new URL(c.req.url).searchParams,
      form: () => readForm(c),
      href: (path) => `${basePath}${CONSOLE}${path}`,
      outside: (path) => `${basePath}${path}`,
    }
  }
}
