import { LRUCache } from 'lru-cache'
import type { Clock } from '#ports/clock.ts'

export interface NoticeSealOptions {
  /** Shared by the servers of one database only. */
  readonly secret: Uint8Array<ArrayBuffer>
  /** Of this process, new with every start, without a dot. */
  readonly name: string
  readonly clock: Pick<Clock, 'now'>
}

/**
 * How far the first notice of a process may be from our clock: what is older may have been recorded
 * and sent again.
 */
const FIRST_MS = 600_000
const MOST_SENDERS = 1000
const IV_BYTES = 12

interface Sender {
  readonly key: CryptoKey
  last: number
}

/**
 * Encrypts notices between servers (AES-GCM, Web Crypto), because every role of the database may
 * listen and notify. Each process has a key of its own, derived from the secret and its name, and
 * numbers its notices. A number is never used twice, so it is the initialization vector, and a
 * replayed notice is ignored.
 */
export class NoticeSeal {
  readonly #options: NoticeSealOptions
  readonly #own: Promise<CryptoKey>
  readonly #senders = new LRUCache<string, Sender>({ max: MOST_SENDERS })
  #last = 0

  constructor(options: NoticeSealOptions) {
    this.#options = options
    this.#own = this.#keyOf(options.name)
  }

  /** To be called in the order in which the notices are to be heard. */
  async seal(text: string): Promise<string> {
    const { name, clock } = this.#options
    const number = Math.max(this.#last + 1, clock.now() * 1000)
    this.#last = number
    const algorithm = { name: 'AES-GCM', iv: ivOf(number) }
    const sealed = await crypto.subtle.encrypt(algorithm, await this.#own, new TextEncoder().encode(text))
    return `${name}.${String(number)}.${toBase64(new Uint8Array(sealed))}`
  }

  /**
   * What another server of the same database has sealed; `null` for anything else, for what this
   * process has sealed itself, and for a repetition.
   */
  async open(payload: string): Promise<string | null> {
    const [name, digits, sealed] = payload.split('.')
    const number = Number(digits)
    if (name === undefined || sealed === undefined || !this.#isNew(name, number)) return null
    try {
      const key = this.#senders.get(name)?.key ?? (await this.#keyOf(name))
      const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: ivOf(number) }, key, fromBase64(sealed))
      this.#senders.set(name, { key, last: number })
      return new TextDecoder().decode(opened)
    } catch {
      return null
    }
  }

  #isNew(name: string, number: number): boolean {
    const { name: own, clock } = this.#options
    if (name === own || !Number.isSafeInteger(number)) return false
    const known = this.#senders.get(name)
    return known ? number > known.last : Math.abs(number / 1000 - clock.now()) <= FIRST_MS
  }

  async #keyOf(name: string): Promise<CryptoKey> {
    const { secret } = this.#options
    const source = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
    const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new TextEncoder().encode(name) }
    return crypto.subtle.deriveKey(algorithm, source, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  }
}

function ivOf(number: number): Uint8Array<ArrayBuffer> {
  const iv = new Uint8Array(IV_BYTES)
  new DataView(iv.buffer).setBigUint64(IV_BYTES - 8, BigInt(number))
  return iv
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** @throws for what is no Base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
}
