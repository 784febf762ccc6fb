/** What answers: a request, and what the runtime knows of its connection. */
export interface HttpApp {
  fetch(request: Request, connection: object): Response | Promise<Response>
}

export interface HttpAddress {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

export interface HttpServer {
  readonly url: string
  /** Takes no new connection; returns when the open ones are done, or after `graceMs` at the latest. */
  close(graceMs: number): Promise<void>
}

/** A server that listens. It rejects with a `StartError` when the address cannot be listened on. */
export type Listen = (app: HttpApp, address: HttpAddress) => Promise<HttpServer>
