/** Longer texts are left to the platform. */
const SHORT = 256
const ENCODER = new TextEncoder()
// Codes of ASCII, and of UTF-8.
const QUOTE = 0x22
const BRACKET = 0x5b
const BACKSLASH = 0x5c

/** @param json as it is, in bytes: for what is written again and again. */
export function pieceOf(json: string): Uint8Array {
  return ENCODER.encode(json)
}

/**
 * JSON as UTF-8, written piece by piece into one buffer. Strings would be copied by each garbage collection until they
 * are sent.
 */
export class JsonBytes {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  /** @param size in bytes, to begin with. */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size)
  }

  get length(): number {
    return this.#length
  }

  /** What was written so far. It is valid until more is written. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  piece(json: Uint8Array): this {
    this.#with(json.length).set(json, this.#length)
    this.#length += json.length
    return this
  }

  /** @param json as it is; of ASCII alone. */
  raw(json: string): this {
    const bytes = this.#with(json.length)
    let at = this.#length
    for (let index = 0; index < json.length; index++) bytes[at++] = json.charCodeAt(index)
    this.#length = at
    return this
  }

  /** A lone surrogate has no place in a protobuf string: a collector would refuse the whole request for it. */
  string(text: string): this {
    return text.length <= SHORT && this.#plain(text) ? this : this.value(text.toWellFormed())
  }

  value(value: unknown): this {
    const json = JSON.stringify(value)
    const bytes = this.#with(json.length * 3)
    this.#length += ENCODER.encodeInto(json, bytes.subarray(this.#length)).written
    return this
  }

  /** A comma, unless an array has just begun. */
  comma(): this {
    return this.#bytes[this.#length - 1] === BRACKET ? this : this.raw(',')
  }

  /** Writes a text that needs no escape; `false` for any other. */
  #plain(text: string): boolean {
    const bytes = this.#with(text.length + 2)
    let at = this.#length
    bytes[at++] = QUOTE
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code < 0x20 || code > 0x7e || code === QUOTE || code === BACKSLASH) return false
      bytes[at++] = code
    }
    bytes[at++] = QUOTE
    this.#length = at
    return true
  }

  /** The buffer, with room for so many bytes more. */
  #with(size: number): Uint8Array<ArrayBuffer> {
    const needed = this.#length + size
    if (needed <= this.#bytes.length) return this.#bytes
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.written)
    this.#bytes = larger
    return larger
  }
}
