import type { PeerAddress } from '#adapters/http/open-mode.ts'

/**
 * Cloudflare's edge always sets this header (https://developers.cloudflare.com/fundamentals/reference/http-headers/). Under `wrangler dev` it is a hint
 * only: the local runtime sets it where the client has not, so it keeps a neighbour out that does not lie. `ERRAND_OPEN` is what decides there.
 */
export const peerAddress: PeerAddress = (c) => c.req.header('cf-connecting-ip') ?? null
