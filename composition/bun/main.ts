import { listen, peerAddress } from '#adapters/bun/http-server.ts'
import { serve } from '../node/server.ts'

await serve(process.env, { runtime: 'bun', listen, peerAddress })
