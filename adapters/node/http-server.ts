import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { refuseRequest } from '#adapters/http/problem.ts'
import { httpUrl } from '#adapters/web/http-url.ts'
import { StartError, systemCode } from './start-error.ts'

export interface HttpServer {
  readonly url: string
  /** Takes no new connection; returns when the open ones are done, or after `graceMs` at the latest. */
  close(graceMs: number): Promise<void>
}

/** @throws {StartError} when the address cannot be listened on. */
export async function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  // What is wrong with a request before it reaches the app, such as a Host that is none.
  const errorHandler = (): Response => refuseRequest('The request cannot be read: its Host or its target is malformed')
  const listener = getRequestListener(app.fetch, { hostname: host, errorHandler })
  const server = createServer((request, response) => void listener(request, response))
  const listening = Promise.withResolvers<undefined>()
  server.once('error', (error) => {
    const sentence = `Cannot listen on ${host}:${String(port)} (${systemCode(error)}). Set ERRAND_HOST or ERRAND_PORT.`
    listening.reject(new StartError(sentence, { cause: error }))
  })
  server.listen(port, host, () => {
    listening.resolve(undefined)
  })
  await listening.promise
  return {
    url: httpUrl(host, (server.address() as AddressInfo).port),
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          server.closeAllConnections()
        }, graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}
