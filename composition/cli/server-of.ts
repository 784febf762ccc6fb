import type { ServerAddress } from '#adapters/cli/server-call.ts'
import { notedServer } from '#adapters/node/process/server-note.ts'
import { httpUrl } from '#adapters/web/http-url.ts'
import type { CommandSettings } from '../settings/command.ts'

/** The server that commands call: the one that settings name, else the one of the data directory, else the usual one. */
export function serverOf({ serverUrl, dataDir, host, port, apiKey }: CommandSettings): ServerAddress {
  const known = serverUrl ?? notedServer(dataDir)
  return { serverUrl: known ?? httpUrl(host, port), apiKey, isAssumed: known === null }
}
