import { listen, peerAddress } from '#adapters/bun/http-server.ts'
import { runSuites } from './run-suites.ts'

await runSuites({ listen, peerAddress })
