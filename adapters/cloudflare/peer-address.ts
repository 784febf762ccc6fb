import type { PeerAddress } from '#adapters/http/open-mode.ts'

/**
 * Cloudflare's edge always sets this header (https://developers.cloudflare.com/fundamentals/reference/http-headers/).
 * Under `wrangler dev` it is only a hint: the local runtime sets it unless the client has sent one. `ERRAND_OPEN`
 * decides there.
 */
export const peerAddress: PeerAddress = (c) => c.req.header('cf-connecting-ip') ?? null
