import type { PeerAddress } from '#adapters/http/open-mode.ts'

/** As Cloudflare's edge, or the local runtime in its place, says it (https://developers.cloudflare.com/fundamentals/reference/http-headers/). */
export const peerAddress: PeerAddress = (c) => c.req.header('cf-connecting-ip') ?? null
