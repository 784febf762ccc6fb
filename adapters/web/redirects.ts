import type { AnswerHead, AnswerSink, PostJson, PostedJson } from './post-json.ts'

const MOST_REDIRECTS = 10

/** 303 is not among them: it asks for a GET, which answers no model call. */
const FOLLOWED = new Set([301, 302, 307, 308])

/** What another origin may be sent. Every other header may hold a key. */
const SENT_TO_OTHERS = new Set(['accept', 'accept-encoding', 'anthropic-beta', 'anthropic-version', 'content-type'])

/**
 * `post` which follows redirects, and stays a POST (`fetch` makes a GET of it after 301 and 302, as browsers do with forms).
 * Another origin is not sent the credentials. A redirect that cannot be followed is the answer.
 */
export function followRedirects(post: PostJson): PostJson {
  return async (url, posted, sink) => {
    let target = url
    let request = posted
    for (let hops = 0; ; hops++) {
      const hop = new Hop(sink, { url, target, follows: hops < MOST_REDIRECTS })
      await post(target, request, hop)
      if (hop.next === null) return
      request = new URL(hop.next).origin === new URL(target).origin ? request : withoutCredentials(request)
      target = hop.next
    }
  }
}

function withoutCredentials(posted: PostedJson): PostedJson {
  const headers = Object.entries(posted.headers).filter(([name]) => SENT_TO_OTHERS.has(name))
  return { ...posted, headers: Object.fromEntries(headers) }
}

interface HopOptions {
  /** Where the first request went. */
  readonly url: string
  readonly target: string
  readonly follows: boolean
}

/** Passes an answer on, unless it is a redirect. */
class Hop implements AnswerSink {
  readonly #sink: AnswerSink
  readonly #options: HopOptions
  /** Where the redirect leads; `null` when the answer is none that can be followed. */
  next: string | null = null

  constructor(sink: AnswerSink, options: HopOptions) {
    this.#sink = sink
    this.#options = options
  }

  begin(head: AnswerHead): void {
    const { url, target, follows } = this.#options
    if (FOLLOWED.has(head.status) && follows) this.next = destination(head.headers['location'], target)
    if (this.next !== null) return
    // Most answers come from where they were asked for, which needs no address to be read.
    const isElsewhere = target !== url && new URL(target).origin !== new URL(url).origin
    this.#sink.begin(isElsewhere ? { ...head, redirectedTo: new URL(target).origin } : head)
  }

  take(piece: Uint8Array): boolean {
    return this.next === null && this.#sink.take(piece)
  }
}

/** `null` when there is no address, or one that is no HTTP, or one that is less safe than where we are. */
function destination(location: string | undefined, from: string): string | null {
  if (location === undefined || !URL.canParse(location, from)) return null
  const [next, here] = [new URL(location, from), new URL(from)]
  const isAsSafe = next.protocol === 'https:' || (next.protocol === 'http:' && here.protocol === 'http:')
  return isAsSafe ? next.href : null
}
