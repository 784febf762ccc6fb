import { flushCompileCache } from 'node:module'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { serve } from './server.ts'

await serve(process.env, { runtime: 'node', listen, peerAddress })
// Now and not at the exit, which a killed process never reaches. Compiling is half of a start; `npm start` says where
// its result is kept.
flushCompileCache()
