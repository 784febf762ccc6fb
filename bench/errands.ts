// Servers on SQLite in one process, with and without traces, so that what differs between two processes is the same for
// all. BENCH_TRACED: "no,yes" is one without and one with. Printed: the address where the process says what it has used
// so far, and those of the servers.

import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { listen, peerAddress } from '#adapters/node/http/http-server.ts'
import { defineConfig } from '#composition/config/config.ts'
import { startServer } from '#composition/node/server.ts'
import { parseNodeSettings } from '#composition/settings/settings.ts'
import { benchAgent } from './agent.ts'

/** User and system time of all threads, and what was allocated on the heap of JavaScript. */
export interface Used {
  readonly cpuMs: number
  readonly bytes: number
}

const { BENCH_MODEL_URL: model = '', BENCH_TRACED: traced = '', ...env } = process.env

/** The model's process is the collector, too. */
const TRACING = { OTEL_EXPORTER_OTLP_ENDPOINT: model, OTEL_BSP_SCHEDULE_DELAY: '200' }

async function start(isTraced: boolean, folder: string): Promise<string> {
  mkdirSync(folder)
  const settings = parseNodeSettings({
    ...env,
    ...(isTraced && TRACING),
    ERRAND_DATA_DIR: folder,
    OPENAI_COMPATIBLE_BASE_URL: `${model}/v1`,
    ERRAND_MODEL: 'openai-compatible/fake',
  })
  const config = defineConfig({ agents: [benchAgent(() => model)] })
  return (await startServer(settings, { config }, { runtime: 'node', listen, peerAddress })).url
}

const urls: string[] = []
for (const [index, answer] of traced.split(',').entries())
  urls.push(await start(answer === 'yes', join(env['ERRAND_DATA_DIR'] ?? '.', String(index))))

const usage = createServer((_request, response) => {
  const { user, system } = process.cpuUsage()
  // Older releases of Node do not count it.
  const { total_allocated_bytes: bytes = Number.NaN } = getHeapStatistics() as { total_allocated_bytes?: number }
  const used: Used = { cpuMs: (user + system) / 1000, bytes }
  response.end(JSON.stringify(used))
})
usage.listen(0, '127.0.0.1', () => {
  const { port } = usage.address() as AddressInfo
  process.stdout.write(`usage and servers: ${[`http://127.0.0.1:${String(port)}`, ...urls].join(',')}\n`)
})
