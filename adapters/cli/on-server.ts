import type { ErrandClient } from '../client/errand-client.ts'
import type { ServerAddress } from './server-call.ts'

/**
 * Does work with a client of the server, and says in words why it failed. What is shown of an answer belongs in the work,
 * because an older server may not have it. Loads the client, which help does not need.
 */
export async function onServer<T>(
  { serverUrl, apiKey }: ServerAddress,
  work: (errand: ErrandClient) => Promise<T>,
): Promise<T> {
  const { ErrandClient } = await import('../client/errand-client.ts')
  const errand = new ErrandClient({ baseUrl: serverUrl, apiKey: apiKey ?? undefined })
  try {
    return await work(errand)
  } catch (error) {
    const { ofServer } = await import('./client-error.ts')
    throw ofServer(error, serverUrl)
  }
}
