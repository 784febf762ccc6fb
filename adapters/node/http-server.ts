import { serve } from '@hono/node-server'
import type { Hono } from 'hono'

export interface HttpServer {
  readonly url: string
  /** Takes no new connection; returns when the open ones are done, or after `graceMs` at the latest. */
  close(graceMs: number): Promise<void>
}

/** @throws when the address cannot be listened on. */
export async function listen(
  app: Hono,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpServer> {
  const listening = Promise.withResolvers<string>()
  const server = serve({ fetch: app.fetch, hostname: host, port }, ({ port: actual }) => {
    listening.resolve(`http://${host.includes(':') ? `[${host}]` : host}:${String(actual)}`)
  })
  server.on('error', listening.reject)
  const url = await listening.promise
  return {
    url,
    close: (graceMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => {
          if ('closeAllConnections' in server) server.closeAllConnections()
        }, graceMs)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        if ('closeIdleConnections' in server) server.closeIdleConnections()
      }),
  }
}
