import type { Transform } from 'node:stream'
import * as zlib from 'node:zlib'
import { isGzip, isText } from '#adapters/web/unpacked.ts'
import { membersOf } from './gzip-members.ts'

/** Where an answer goes, piece by piece. */
export interface Outlet {
  take(piece: Uint8Array): void
  end(): void
  fail(error: Error): void
}

/** Of what was cut off, its beginning, as `fetch` has it: the answer in it may be whole. */
const CUT = { finishFlush: zlib.constants.Z_SYNC_FLUSH }
const CUT_BROTLI = { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH }

type MakeStage = (beginning: Uint8Array) => Transform

const gzip: MakeStage = (beginning) => (isGzip(beginning) ? zlib.createGunzip(CUT) : zlib.createUnzip(CUT))

const CODINGS: ReadonlyMap<string, MakeStage> = new Map<string, MakeStage>([
  ['gzip', gzip],
  ['x-gzip', gzip],
  // Some servers leave out the frame that the name stands for (RFC 9110, 8.4.1.2).
  ['deflate', ([first = 0]) => (first % 16 === 8 ? zlib.createInflate(CUT) : zlib.createInflateRaw(CUT))],
  ['br', () => zlib.createBrotliDecompress(CUT_BROTLI)],
  // Node has it from 22.15.
  ...('createZstdDecompress' in zlib ? [['zstd', () => zlib.createZstdDecompress()] as const] : []),
])

const UNREADABLE = new Set(['compress', 'x-compress', 'zstd', 'dcb', 'dcz'])

/** Against an answer that unpacks to itself. */
const MOST_LAYERS = 5

/** In the order in which they are taken off: the last was applied last. Some servers name a charset, or nothing, in their place. */
export function codingsIn(contentEncoding: string): readonly string[] {
  const named = contentEncoding.split(',').map((coding) => coding.trim().toLowerCase())
  return named.filter((coding) => CODINGS.has(coding) || UNREADABLE.has(coding)).reverse()
}

/**
 * Passes an answer on without its codings, as it comes. Some servers name a coding that they have not applied: text
 * that cannot be unpacked stays as it is. Some apply one without a word: what begins like gzip is unpacked.
 */
export class Decompression implements Outlet {
  readonly #codings: readonly string[]
  readonly #outlet: Outlet
  readonly #layer: number
  /** `null` when nothing has to be taken off. */
  #stage: Transform | null | undefined
  readonly #taken: Uint8Array[] = []
  /** How many bytes have been unpacked. */
  #given = 0
  #isEnded = false

  constructor(codings: readonly string[], outlet: Outlet, layer = 0) {
    this.#codings = codings
    this.#outlet = outlet
    this.#layer = layer
  }

  take(piece: Uint8Array): void {
    if (this.#stage === undefined) this.#stage = this.#begin(piece)
    if (this.#stage === null) {
      this.#outlet.take(piece)
      return
    }
    this.#taken.push(piece)
    this.#stage.write(piece)
  }

  end(): void {
    this.#isEnded = true
    if (this.#stage) this.#stage.end()
    else this.#outlet.end()
  }

  fail(error: Error): void {
    this.#outlet.fail(error)
  }

  #begin(beginning: Uint8Array): Transform | null {
    const [coding = isGzip(beginning) && this.#layer < MOST_LAYERS ? 'gzip' : '', ...rest] = this.#codings
    if (coding === '') return null
    const make = CODINGS.get(coding)
    if (!make) {
      this.fail(new Error(`The answer is compressed as "${coding}", which cannot be read here`))
      return null
    }
    const next = new Decompression(rest, this.#outlet, this.#layer + 1)
    return make(beginning)
      .on('data', (piece: Uint8Array) => {
        this.#given += piece.length
        next.take(piece)
      })
      .on('end', () => {
        next.end()
      })
      .on('error', (error) => {
        if (this.#given === 0 && isText(beginning)) this.#passAsItIs(this.#taken)
        else this.#giveRest(next, error)
      })
  }

  /** Of what can be unpacked. What follows its end is left. */
  #giveRest(next: Decompression, error: Error): void {
    try {
      const all = membersOf(Buffer.concat(this.#taken))
      if (all.length <= this.#given) throw error
      next.take(all.subarray(this.#given))
      next.end()
    } catch {
      this.fail(error)
    }
  }

  #passAsItIs(pieces: readonly Uint8Array[]): void {
    this.#stage = null
    for (const piece of pieces) this.#outlet.take(piece)
    if (this.#isEnded) this.#outlet.end()
  }
}
