import type { Context } from 'hono'
import { ErrandError } from '#adapters/client/errand-error.ts'
import type { Answers } from './answers.ts'
import { readForm } from './form-body.ts'
import { bare } from './layout.ts'
import { signInForm } from './pages/sign-in.ts'
import { type Sessions, losesSession } from './session.ts'
import { type Api, OwnApi } from './visit.ts'

export interface SignInDeps {
  readonly api: Api
  readonly answers: Answers
  readonly sessions: Sessions
}

/** Begins and ends sessions. The API decides whether a key is good, so it also limits how often that is tried. */
export class SignIn {
  readonly #deps: SignInDeps

  constructor(deps: SignInDeps) {
    this.#deps = deps
  }

  show(c: Context): Response | Promise<Response> {
    return this.#form(c, { to: c.req.query('to') ?? '', problem: null })
  }

  async carryOut(c: Context): Promise<Response> {
    const { api, answers, sessions } = this.#deps
    const form = await readForm(c)
    const key = textOf(form.get('key'))
    const to = textOf(form.get('to'))
    const problem = losesSession(c) ? PLAIN_HTTP : await problemWithKey(c, api, key)
    if (problem !== null) return this.#form(c, { to, problem })
    await sessions.begin(c, key)
    return answers.redirect(c, { to: isOwnPath(to) ? to : '' })
  }

  end(c: Context): Response {
    this.#deps.sessions.end(c)
    return this.#deps.answers.redirect(c, { to: '/sign-in' })
  }

  #form(c: Context, { to, problem }: { readonly to: string; readonly problem: string | null }) {
    const { answers } = this.#deps
    const body = signInForm({ root: answers.root, to, problem })
    return answers.html(c, bare({ title: 'Sign in', root: answers.root, body }), problem === null ? 200 : 401)
  }
}

const PLAIN_HTTP =
  'Browsers keep no session of a page over plain http, but for this machine. Open the console over https or as localhost.'

/** What a header can carry; the API knows the rest. */
const KEY = /^[\x21-\x7e]{1,200}$/

async function problemWithKey(c: Context, api: Api, key: string): Promise<string | null> {
  if (!KEY.test(key)) return 'This is no API key: it begins with "errand_" and has neither blanks nor line breaks.'
  try {
    await new OwnApi(c, api, key).get('/caller')
    return null
  } catch (error) {
    if (!(error instanceof ErrandError)) throw error
    return error.status === 401 ? 'This key is not known, or it has been revoked.' : error.message
  }
}

function textOf(value: File | string | null): string {
  return typeof value === 'string' ? value.trim() : ''
}

/** A path of the console: nothing that a browser would take for another host. */
function isOwnPath(path: string): boolean {
  return /^(?:[/?](?![/\\])[\x21-\x7e]*)?$/.test(path)
}
