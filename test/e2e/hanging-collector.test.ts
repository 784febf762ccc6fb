import { once } from 'node:events'
import { type AddressInfo, type Server, createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ServerProcess } from '#test/support/server-process.ts'
import { Servers } from './runtimes.ts'

/** Their inputs, which are in their spans, are more than the queue takes. */
const JOBS = 24
const CHARACTERS = 800_000

let servers: Servers
/** Takes connections, and never says a word. */
let collector: Server

beforeEach(async () => {
  servers = new Servers()
  collector = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1')
  await once(collector, 'listening')
})

afterEach(async () => {
  await servers.end()
  collector.close()
})

function start() {
  const { port } = collector.address() as AddressInfo
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(port)}`,
    // Longer than a test may take: an export that ends was ended by the server that stops.
    OTEL_EXPORTER_OTLP_TIMEOUT: '600000',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
  }
  return servers.start({
    command: [process.execPath, 'test/e2e/traced-server.ts'],
    env: { ERRAND_PORT: '0', ERRAND_DATA_DIR: servers.folder, HANGS: 'no', ...telemetry },
    ready: /listens on (\S+)/,
  })
}

const DROPPED = 'Spans were dropped: the collector did not take them.'

/** Of everything that a server has printed, warnings and worse. */
function warnings(server: ServerProcess): readonly unknown[] {
  const lines = server.output().split('\n')
  return lines.filter((line) => /"level":"(?:warn|error)"/.test(line)).map((line) => JSON.parse(line) as unknown)
}

test('a collector that never answers holds up no job, fills no memory and keeps no server; one warning says so', async () => {
  const connected = once(collector, 'connection')
  const server = await start()
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' }
  const body = JSON.stringify({ agent: 'slogan', input: 'w'.repeat(CHARACTERS) })
  for (let job = 0; job < JOBS; job++) {
    const answer = await fetch(`${server.url}/jobs`, { method: 'POST', headers, body })
    expect(await answer.json()).toMatchObject({ status: 'completed' })
  }
  await connected
  expect(warnings(server)).toMatchObject([{ message: DROPPED, reason: 'the queue is full' }])
  expect(await server.kill('SIGTERM')).toBe(0)
  const reason = 'no answer before the process ended'
  expect(warnings(server).slice(1)).toMatchObject([
    { message: 'Metrics could not be exported.', reason },
    { message: DROPPED, reason },
  ])
})
