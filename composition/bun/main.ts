import { listen, peerAddress } from '#adapters/bun/http-server.ts'
import { config } from '../agents.ts'
import { serveOn } from '../node/serve.ts'

await serveOn({ runtime: 'bun', listen, peerAddress })(config)
