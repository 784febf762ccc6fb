import type { IdSecret } from '#ports/id-secret.ts'
import type { Sealer } from '#ports/sealer.ts'

type Bytes = Uint8Array<ArrayBuffer>

const NONCE_BYTES = 12
const encode = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text))

/**
 * AES-256-GCM over deflated text, in base64. The key is derived by HKDF-SHA256 from the secret that ids are made with.
 * JSON is deflated first because it takes a fifth of the room then.
 */
export class AesSealer implements Sealer {
  readonly #secret: IdSecret

  constructor(secret: IdSecret) {
    this.#secret = secret
  }

  async seal(text: string, owner: string): Promise<string> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
    const plain = await through(encode(text), new CompressionStream('deflate-raw'))
    const cipher = new Uint8Array(await crypto.subtle.encrypt(gcm(nonce, owner), await this.#key(), plain))
    return toBase64(nonce) + toBase64(cipher)
  }

  async open(sealed: string, owner: string): Promise<string | null> {
    try {
      const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0))
      const nonce = bytes.slice(0, NONCE_BYTES)
      const plain = await crypto.subtle.decrypt(gcm(nonce, owner), await this.#key(), bytes.slice(NONCE_BYTES))
      const text = await through(new Uint8Array(plain), new DecompressionStream('deflate-raw'))
      return new TextDecoder().decode(text)
    } catch (error) {
      // What WebCrypto throws for another key, another owner and a changed text.
      if (error instanceof DOMException) return null
      throw error
    }
  }

  async #key(): Promise<CryptoKey> {
    const secret = await crypto.subtle.importKey('raw', encode(await this.#secret.read()), 'HKDF', false, ['deriveKey'])
    const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: encode('errand webhook body') }
    return crypto.subtle.deriveKey(hkdf, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  }
}

function gcm(iv: Bytes, owner: string) {
  return { name: 'AES-GCM', iv, additionalData: encode(owner) }
}

async function through(bytes: Bytes, transform: CompressionStream | DecompressionStream): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(transform)
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** In pieces: `fromCharCode` takes only so many arguments. Each but the last is a multiple of three bytes, so no padding comes between. */
function toBase64(bytes: Bytes): string {
  const PIECE = 24_576
  let text = ''
  for (let from = 0; from < bytes.length; from += PIECE)
    text += btoa(String.fromCharCode(...bytes.subarray(from, from + PIECE)))
  return text
}
