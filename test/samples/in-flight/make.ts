import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ServerProcess, startServer } from '#test/support/server-process.ts'
import { dump } from './dump.ts'
import { startModel } from './model.ts'

const BATCH_ITEMS = 3

/** A real server begins work of every sort and is killed. The result is what its database holds then. */
export async function makeInFlight(): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'errand-sample-'))
  const model = await startModel({ holds: true })
  const server = await startSampleServer(folder, model.url, { HANG: '1' })
  await begin(server.url)
  await until(() => model.held() === BATCH_ITEMS + 1)
  await server.kill('SIGKILL')
  model.close()
  const lines = dump(join(folder, 'errand.db'))
  rmSync(folder, { recursive: true })
  return lines
}

/** The server of the sample, over a data directory. */
export function startSampleServer(
  folder: string,
  modelUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startServer({
    command: [process.execPath, join(import.meta.dirname, 'server.ts')],
    env: {
      ERRAND_PORT: '0',
      ERRAND_DATA_DIR: folder,
      ERRAND_MODEL: 'openai-compatible/fake',
      OPENAI_COMPATIBLE_BASE_URL: modelUrl,
      ...env,
    },
    ready: /listens on (\S+)/,
  })
}

async function begin(url: string): Promise<void> {
  const submit = (input: string, options: object = {}): Promise<Job> =>
    call(url, 'POST /jobs', { agent: 'worker', input, tags: [input], ...options })

  await journalHas(url, await submit('text'), 'job.completed')
  await submit('answer')
  await submit('delayed', { delaySeconds: 3600 })
  await journalHas(url, await submit('fail'), 'job.waiting')
  for (const tool of ['look', 'save', 'send']) await journalHas(url, await submit(tool), 'tool_call.started')
  const later = { delaySeconds: 3600 }
  await call(url, 'PUT /schedules/later', { agent: 'worker', input: 'text', tags: ['scheduled'], when: later })
  const items = Array.from({ length: BATCH_ITEMS }, (_, index) => ({ input: `answer ${String(index)}` }))
  await call(url, 'POST /batches', { agent: 'worker', items })
}

interface Job {
  readonly id: string
}

/** Reads the events of a job until there is one of this type. */
async function journalHas(url: string, { id }: Job, type: string): Promise<void> {
  const response = await fetch(`${url}/jobs/${id}/events`)
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    if (text.includes(`event: ${type}\n`)) return
  }
  throw new Error(`Job ${id} has ended without ${type}.`)
}

/** @param name of a route, such as `GET /jobs` */
export async function call<T>(url: string, name: string, body?: unknown): Promise<T> {
  const [method = '', path = ''] = name.split(' ')
  const sent = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url + path, { method, ...sent })
  if (!response.ok) throw new Error(`${name} answers ${String(response.status)}: ${await response.text()}`)
  return (await response.json()) as T
}

async function until(reached: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await reached())) await wait(20)
}
