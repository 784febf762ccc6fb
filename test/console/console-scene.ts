import { createConsole } from '#adapters/console/console.ts'
import { AesSealer } from '#adapters/web/aes-sealer.ts'
import type { Agent } from '#domain/agent/agent.ts'
import type { Scope } from '#domain/tenant/principal.ts'
import type { Models } from '#ports/model.ts'
import { type TestApp, testApp } from '#test/support/test-app.ts'
import type { TestAppOptions } from '#test/support/test-app-options.ts'

const ORIGIN = 'http://localhost'

export interface Shown {
  readonly status: number
  readonly headers: Headers
  readonly html: string
  /** Where a form leads. */
  readonly to: string | null
}

/** A person with a browser: keeps cookies, and says of which site a form is. */
export class Browser {
  readonly #console: ReturnType<typeof createConsole>
  readonly #cookies = new Map<string, string>()

  constructor(console: ReturnType<typeof createConsole>) {
    this.#console = console
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Shown> {
    return this.#send(path, { headers: { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate', ...headers } })
  }

  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Shown> {
    const own = { 'sec-fetch-site': 'same-origin', origin: ORIGIN }
    return this.#send(path, { method: 'POST', headers: { ...own, ...headers }, body: new URLSearchParams(fields) })
  }

  async signIn(key: string): Promise<this> {
    await this.post('/console/sign-in', { key })
    return this
  }

  async #send(path: string, init: RequestInit): Promise<Shown> {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await this.#console.fetch(new Request(`${ORIGIN}${path}`, { ...init, headers }), {})
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    const { status } = response
    return { status, headers: response.headers, html: await response.text(), to: response.headers.get('location') }
  }
}

/** The hidden fields of a page, or of its form that posts to this address. */
export function hiddenIn(html: string, action = ''): Record<string, string> {
  const forms = [...html.matchAll(/<form[^>]*>.*?<\/form/gs)].map(([form]) => form)
  const fields = forms
    .filter((form) => form.includes(`action="${action}`))
    .flatMap((form) => [...form.matchAll(/<input type="hidden" name="([\w.]+)" value="([^"]*)"/g)])
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
}

export interface ConsoleScene {
  readonly app: TestApp
  readonly console: ReturnType<typeof createConsole>
  readonly browser: () => Browser
  /** A browser that has signed in with a new key of a tenant. */
  readonly signedIn: (tenantId: string, scopes?: readonly Scope[]) => Promise<Browser>
}

/** The console over an app in memory. */
export function consoleScene(agents: readonly Agent[], models: Models, options: TestAppOptions = {}): ConsoleScene {
  const app = testApp(agents, models, options)
  const console = createConsole({
    api: (request) => app.fetch(request),
    basePath: '',
    sealer: new AesSealer({ read: () => Promise.resolve('of this test') }),
    clock: app.clock,
    logger: app.logger,
  })
  const browser = (): Browser => new Browser(console)
  const signedIn = async (tenantId: string, scopes?: readonly Scope[]): Promise<Browser> =>
    browser().signIn(await app.key(tenantId, scopes))
  return { app, console, browser, signedIn }
}
