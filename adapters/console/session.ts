import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { isLoopback } from '#adapters/http/open-mode.ts'
import type { Clock } from '#ports/clock.ts'
import type { Sealer } from '#ports/sealer.ts'

/** A working day and its evening; then the visitor signs in again. */
export const SESSION_MS = 12 * 60 * 60 * 1000
const SESSION = 'errand_session'
const NOTICE = 'errand_notice'
const NOTICE_S = 60

interface Stored {
  readonly key: string
  /** Epoch milliseconds. */
  readonly until: number
}

/**
 * Who has signed in. The cookie holds the API key, encrypted with the secret of the installation, and the server stores
 * nothing. Each request checks the key through the API, so a key that is revoked ends its sessions.
 */
export class Sessions {
  readonly #sealer: Sealer
  readonly #clock: Clock
  readonly #path: string

  /** @param path of the console, below which the cookies are sent. */
  constructor({ sealer, clock, path }: { readonly sealer: Sealer; readonly clock: Clock; readonly path: string }) {
    this.#sealer = sealer
    this.#clock = clock
    this.#path = path
  }

  /** The API key of the visitor; `null` without a session. */
  async keyOf(c: Context): Promise<string | null> {
    const sealed = getCookie(c, SESSION)
    const text = sealed === undefined ? null : await this.#sealer.open(sealed, SESSION)
    if (text === null) return null
    const { key, until } = JSON.parse(text) as Stored
    return until > this.#clock.now() ? key : null
  }

  async begin(c: Context, key: string): Promise<void> {
    const stored: Stored = { key, until: this.#clock.now() + SESSION_MS }
    const sealed = await this.#sealer.seal(JSON.stringify(stored), SESSION)
    setCookie(c, SESSION, sealed, { ...this.#attributes(c), maxAge: SESSION_MS / 1000 })
  }

  end(c: Context): void {
    deleteCookie(c, SESSION, this.#attributes(c))
  }

  /** A sentence for the next page. */
  leaveNotice(c: Context, notice: string): void {
    setCookie(c, NOTICE, notice, { ...this.#attributes(c), maxAge: NOTICE_S })
  }

  takeNotice(c: Context): string | null {
    const notice = getCookie(c, NOTICE)
    if (notice === undefined) return null
    deleteCookie(c, NOTICE, this.#attributes(c))
    return notice
  }

  #attributes(c: Context) {
    return { path: this.#path, httpOnly: true, secure: isSecure(c), sameSite: 'Strict' } as const
  }
}

/**
 * Whether the browser would drop the session: it keeps no Secure cookie of plain http, which only this machine may use.
 */
export function losesSession({ req }: Context): boolean {
  const origin = URL.parse(req.header('origin') ?? '')
  return origin?.protocol === 'http:' && !isLoopback(origin.hostname)
}

/** Behind a proxy that ends TLS, only the page's `Origin` knows of https. A browser sends it with each form. */
function isSecure({ req }: Context): boolean {
  const { protocol, hostname } = new URL(req.url)
  return protocol === 'https:' || !isLoopback(hostname) || (req.header('origin') ?? '').startsWith('https:')
}
