import type { CallOptions } from './call-options.ts'
import { ErrandError } from './errand-error.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { Content, type Transport } from './transport.ts'
import type { Batch, BatchUpload } from './types.ts'
import { type Piece, type UploadSource, piecesOf } from './upload-pieces.ts'

export interface UploadProgress {
  /** Lines that the batch has. */
  readonly next: number
  /** Of the source, that the batch has: bytes of NDJSON. */
  readonly bytes: number
}

export interface UploadOptions extends CallOptions {
  /** Lines that the batch has from elsewhere, before the first of this source; 0 where the source is all of it. */
  readonly offset?: number | undefined
  /** After each piece that the batch has taken. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

export interface Uploaded {
  /** Lines that the batch has now. */
  readonly next: number
  /**
   * Lines that became failed items, at most 100 of each request. Those of a request whose answer was lost are missing:
   * `items` with the status `failed` has them all.
   */
  readonly invalid: BatchUpload['invalid']
}

export interface Upload extends UploadOptions {
  readonly path: string
  readonly source: UploadSource
}

/**
 * Adds the lines of the source that the batch does not have, also after earlier uploads of it broke off. The server
 * refuses lines that do not begin where the batch ends, so a repeat takes no line twice.
 */
export async function upload(transport: Transport, wanted: Upload): Promise<Uploaded> {
  const { source, offset = 0, onProgress } = wanted
  const requests = new Requests(transport, wanted)
  let next = await requests.next()
  let lines = offset
  for await (const piece of piecesOf(source)) {
    wanted.signal?.throwIfAborted()
    lines = offset + piece.to
    while (next < lines) next = await requests.put(piece, next)
    onProgress?.({ next, bytes: piece.sourceBytes })
  }
  if (next > lines) throw otherSource(next, lines)
  return { next, invalid: requests.invalid }
}

class Requests {
  readonly invalid: BatchUpload['invalid'] = []
  readonly #transport: Transport
  readonly #upload: Upload
  readonly #retry: RetryPolicy

  constructor(transport: Transport, wanted: Upload) {
    this.#transport = transport
    this.#upload = wanted
    this.#retry = transport.retryPolicy()
  }

  /** Lines that the batch has. */
  async next(): Promise<number> {
    const { path, signal, offset = 0 } = this.#upload
    const call = { method: 'GET', path, signal, repeatable: true, retry: this.#retry } as const
    const { next } = await this.#transport.json<Batch>(call, 'next')
    if (next < offset) throw otherSource(next, offset)
    return next
  }

  /** Adds what the batch lacks of the piece. Returns how many lines the batch has then. */
  async put(piece: Piece, from: number): Promise<number> {
    const { path, signal, offset = 0 } = this.#upload
    const body = new Content('application/x-ndjson', piece.after(from - offset))
    const call = { method: 'PUT', path: `${path}/items?from=${String(from)}`, body } as const
    try {
      const answer = await this.#transport.json<BatchUpload>(
        { ...call, signal, repeatable: true, retry: this.#retry },
        'next',
      )
      this.#retry.renew()
      this.invalid.push(...answer.invalid)
      return answer.next
    } catch (error) {
      if (!(error instanceof ErrandError) || error.code !== 'upload_conflict') throw error
      return this.#afterConflict(error, from)
    }
  }

  /** An earlier request has stored lines, and its answer was lost; or it is still at it. */
  async #afterConflict(error: ErrandError, from: number): Promise<number> {
    const next = await this.next()
    if (next > from) this.#retry.renew()
    else await this.#transport.persist(this.#retry, error, this.#upload.signal)
    return next
  }
}

function otherSource(next: number, lines: number): ErrandError {
  const message =
    `The batch has ${String(next)} lines, and this source accounts for ${String(lines)}. ` +
    'An upload goes on with the source that it began with. To add another source, pass the lines before it as `offset`.'
  return new ErrandError({ code: 'upload_conflict', status: 409, retryable: false, message })
}
