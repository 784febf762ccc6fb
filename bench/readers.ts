import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** More than the last event takes. */
const TAIL = 1024

/**
 * A client that watches a job over a connection of its own. It reads nothing before `read()`, so the server must buffer
 * or drop what it sends.
 */
export class Reader {
  /** Of what has been read. */
  bytes = 0
  readonly #request: ClientRequest
  readonly #response: IncomingMessage
  readonly #closed: Promise<void>
  #tail = ''

  private constructor(opened: ClientRequest, response: IncomingMessage) {
    this.#request = opened
    this.#response = response
    this.#closed = new Promise((resolve) => response.once('close', resolve))
    // One that breaks off is closed too, and has not seen the end.
    response.on('error', () => undefined)
  }

  static open(url: string): Promise<Reader> {
    return new Promise((resolve, reject) => {
      const opened = request(url, { agent: false }, (response) => {
        resolve(new Reader(opened, response))
      })
      opened.on('error', reject).end()
    })
  }

  /** Reads from now on. */
  read(): void {
    this.#response.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length
      this.#tail = (this.#tail + chunk.subarray(-TAIL).toString()).slice(-TAIL)
    })
  }

  /** Whether the server has not let go of it. */
  get isOpen(): boolean {
    return !this.#response.destroyed
  }

  /** Waits until the server has closed the stream. Returns whether the job's ending was in it. */
  async sawTheEnd(): Promise<boolean> {
    await this.#closed
    return this.#tail.includes('event: job.completed')
  }

  leave(): void {
    this.#request.destroy()
  }
}
