import { listen, peerAddress } from '#adapters/deno/http-server.ts'
import { config } from '../agents.ts'
import { serveOn } from '../node/serve.ts'

await serveOn({ runtime: 'deno', listen, peerAddress })(config)
