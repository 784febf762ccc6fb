import { deepStrictEqual, doesNotMatch, match, notStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { Webhook } from 'standardwebhooks'
import type { CallbackMessage, CallbackOutcome, CallbackSender } from '#ports/callback-sender.ts'
import type { ContractCase } from './contract.ts'
import { RETRY_AFTERS } from './retry-afters.ts'

/** A call as it came over the wire. */
export interface ReceivedCall {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a receiver does with the calls to come. */
export type Behaviour =
  | { readonly status: number; readonly location?: string; readonly retryAfter?: string | readonly string[] }
  /** `endless` answers 200 with a body that does not end. */
  | 'hang'
  | 'close'
  | 'endless'

export interface CallbackReceiver {
  /** May be called, for whatever path. */
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  behave(as: Behaviour): void
  /** Resolves when a call has come in that this has not resolved for yet. */
  nextCall(): Promise<void>
}

export interface CallbackSenderSubject {
  readonly sender: CallbackSender
  readonly receiver: CallbackReceiver
  /** Lets as much time go by as the sender waits for an answer. */
  readonly passTimeout: () => Promise<void>
}

export const SECRETS = [
  'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  'whsec_cHJvZHVjdC1jb3B5d3JpdGVyLXNlY3JldC1udW1iZXItdHdv',
] as const

export function messageTo(url: string): CallbackMessage {
  return {
    tenantId: 'acme',
    url,
    id: 'msg_01J_1',
    at: Date.now(),
    body: '{"type":"job.completed","name":"Linneförkläde"}',
    secrets: SECRETS,
  }
}

const patient = new AbortController().signal

/** That there was no answer, said in one sentence, in which there is nothing that a caller must not see. */
function isUnanswered(outcome: CallbackOutcome): void {
  ok(outcome.kind === 'unanswered', JSON.stringify(outcome))
  match(outcome.reason, /^[A-Z][^.]*(\.[^. ]+)*\.$/)
  for (const secret of SECRETS) ok(!outcome.reason.includes(secret.slice('whsec_'.length)))
  doesNotMatch(outcome.reason, /v1,|\d+\.\d+\.\d+\.\d+|::/)
}

export const callbackSenderContract: readonly ContractCase<CallbackSenderSubject>[] = [
  {
    name: 'posts the body as JSON, with the id and the time of the attempt',
    async run({ sender, receiver }) {
      const message = messageTo(`${receiver.url}/hooks?from=errand`)
      deepStrictEqual(await sender.send(message, patient), { kind: 'answered', status: 204 })
      strictEqual(receiver.calls.length, 1)
      const [call] = receiver.calls
      ok(call)
      deepStrictEqual([call.method, call.path, call.body], ['POST', '/hooks?from=errand', message.body])
      strictEqual(call.headers['content-type'], 'application/json')
      strictEqual(call.headers['user-agent'], 'Errand')
      strictEqual(call.headers['webhook-id'], message.id)
      strictEqual(call.headers['webhook-timestamp'], String(Math.floor(message.at / 1000)))
    },
  },
  {
    name: 'signs with every secret, so that a receiver that has any of them can verify',
    async run({ sender, receiver }) {
      const message = messageTo(receiver.url)
      await sender.send(message, patient)
      const [call] = receiver.calls
      ok(call)
      for (const secret of SECRETS) new Webhook(secret).verify(call.body, { ...call.headers })
      const stranger = new Webhook(`whsec_${'A'.repeat(32)}`)
      await rejects(async () => Promise.resolve(stranger.verify(call.body, { ...call.headers })))
    },
  },
  ...[200, 202, 400, 410, 429, 500, 503].map((status) => ({
    name: `tells a status of ${String(status)} as it is`,
    async run({ sender, receiver }: CallbackSenderSubject) {
      receiver.behave({ status })
      deepStrictEqual(await sender.send(messageTo(receiver.url), patient), { kind: 'answered', status })
    },
  })),
  ...[301, 302, 303, 307, 308].map((status) => ({
    name: `takes a redirect (${String(status)}) for an answer and does not follow it`,
    async run({ sender, receiver }: CallbackSenderSubject) {
      receiver.behave({ status, location: `${receiver.url}/elsewhere` })
      deepStrictEqual(await sender.send(messageTo(`${receiver.url}/hooks`), patient), { kind: 'answered', status })
      deepStrictEqual(
        receiver.calls.map(({ path }) => path),
        ['/hooks'],
      )
    },
  })),
  ...RETRY_AFTERS.map(([retryAfter, expected]) => ({
    name: `tells how long a receiver that answers "Retry-After: ${String(retryAfter).slice(0, 40)}" asks to be left alone`,
    async run({ sender, receiver }: CallbackSenderSubject) {
      receiver.behave({ status: 429, retryAfter })
      const outcome = await sender.send(messageTo(receiver.url), patient)
      ok(outcome.kind === 'answered')
      if (expected === 'beyond') ok((outcome.retryAfterMs ?? 0) > 86_400_000)
      else strictEqual(outcome.retryAfterMs, expected)
    },
  })),
  {
    name: 'does not wait for the end of the answer',
    async run({ sender, receiver }) {
      receiver.behave('endless')
      deepStrictEqual(await sender.send(messageTo(receiver.url), patient), { kind: 'answered', status: 200 })
    },
  },
  {
    name: 'a receiver that closes the connection has not answered',
    async run({ sender, receiver }) {
      receiver.behave('close')
      isUnanswered(await sender.send(messageTo(receiver.url), patient))
      strictEqual(receiver.calls.length, 1, 'and is not called again in the same attempt')
    },
  },
  {
    name: 'a receiver that hangs is given up',
    async run({ sender, receiver, passTimeout }) {
      receiver.behave('hang')
      const outcome = sender.send(messageTo(receiver.url), patient)
      await receiver.nextCall()
      await passTimeout()
      isUnanswered(await outcome)
    },
  },
  {
    name: 'a URL with a problem is not called',
    async run({ sender, receiver }) {
      const url = `${receiver.url}/${'a'.repeat(2048)}`
      notStrictEqual(sender.problemWith(url), null)
      isUnanswered(await sender.send(messageTo(url), patient))
      strictEqual(receiver.calls.length, 0)
    },
  },
  {
    name: 'a message that cannot be signed is not sent',
    async run({ sender, receiver }) {
      for (const secrets of [[], ['whsec_c2hvcnQ='], [SECRETS[0], 'no secret']]) {
        isUnanswered(await sender.send({ ...messageTo(receiver.url), secrets }, patient))
      }
      strictEqual(receiver.calls.length, 0)
    },
  },
  {
    name: 'a public https URL has no problem, and an inside one has',
    run({ sender }) {
      strictEqual(sender.problemWith('https://shop.example.com/hooks'), null)
      for (const url of ['https://10.0.0.1/', 'https://localhost/', 'http://shop.example.com/', 'nonsense']) {
        match(sender.problemWith(url) ?? '', /^[A-Z].+\.$/)
      }
      return Promise.resolve()
    },
  },
  {
    name: 'rejects when its signal has aborted, and does not call',
    async run({ sender, receiver }) {
      const stop = AbortSignal.abort(new Error('Stopping.'))
      await rejects(sender.send(messageTo(receiver.url), stop), { message: 'Stopping.' })
      strictEqual(receiver.calls.length, 0)
    },
  },
  {
    name: 'rejects when its signal aborts while it waits',
    async run({ sender, receiver }) {
      receiver.behave('hang')
      const stop = new AbortController()
      const rejected = rejects(sender.send(messageTo(receiver.url), stop.signal), { message: 'Stopping.' })
      await receiver.nextCall()
      stop.abort(new Error('Stopping.'))
      await rejected
    },
  },
]
