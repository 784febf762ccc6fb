import { listen, peerAddress } from '#adapters/node/http-server.ts'
import { serve } from './node-server.ts'

await serve(process.env, { runtime: 'node', listen, peerAddress })
