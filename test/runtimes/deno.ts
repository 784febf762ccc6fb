import { listen, peerAddress } from '#adapters/deno/http-server.ts'
import { runSuites } from './run-suites.ts'

await runSuites({ listen, peerAddress })
