import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { eventually } from '#test/support/eventually.ts'
import type { ServerProcess } from '#test/support/server-process.ts'
import type { Servers } from './runtimes.ts'
import { finished } from './story.ts'

export interface JobBody {
  readonly id: string
  readonly status: string
  readonly attempt: number
  readonly waiting?: { readonly reason: string; readonly until?: string }
}

/** A server that has these agents, over what the others of `servers` store in. */
export function deploy(
  servers: Servers,
  agents: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  return servers.start({
    command: [process.execPath, 'test/support/deployed-server.ts'],
    env: {
      ERRAND_PORT: '0',
      ERRAND_DATA_DIR: servers.folder,
      ERRAND_MODEL: 'scripted/demo',
      ...env,
      DEPLOYED_AGENTS: agents,
    },
    ready: /listens on (\S+)/,
  })
}

export async function submit({ url }: ServerProcess, agent: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ agent, input: 'Hej' })
  const response = await fetch(`${url}/jobs`, { method: 'POST', headers, body })
  deepStrictEqual(response.status, 202)
  return ((await response.json()) as JobBody).id
}

/** Polls, as a client does. */
export async function leftToOthers({ url }: ServerProcess, id: string): Promise<JobBody> {
  return eventually(async () => {
    const job = (await (await fetch(`${url}/jobs/${id}`)).json()) as JobBody
    strictEqual(job.waiting?.reason, 'unknown_agent', `The job is ${job.status}.`)
    return job
  })
}

/**
 * A job of `beta` meets a server that does not have it, and is left alone; jobs of `alpha` go on meanwhile. With a server that has
 * `beta` it is completed.
 */
export async function deployStory(
  id: string,
  old: ServerProcess,
  startNew: () => Promise<ServerProcess>,
): Promise<void> {
  const left = await leftToOthers(old, id)
  deepStrictEqual(left.status, 'waiting')
  const known = await Promise.all([1, 2, 3].map(() => submit(old, 'alpha')))
  for (const one of known) deepStrictEqual((await finished(old.url, one)).status, 'completed')
  ok(old.output().includes('leaves it to others'))
  const next = await startNew()
  const job = await finished(next.url, id)
  deepStrictEqual([job.status, job.attempt], ['completed', left.attempt + 1])
}
