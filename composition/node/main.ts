import { flushCompileCache } from 'node:module'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { config } from '../agents.ts'
import { serveOn } from './serve.ts'

await serveOn({ runtime: 'node', listen, peerAddress })(config)
// Now and not at the exit, which a killed process never reaches. Compiling is half of a start; `npm start` says where
// its result is kept.
flushCompileCache()
