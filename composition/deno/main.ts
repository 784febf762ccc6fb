import { listen, peerAddress } from '#adapters/deno/http-server.ts'
import { serve } from '../node/server.ts'

await serve(process.env, { runtime: 'deno', listen, peerAddress })
