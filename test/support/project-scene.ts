import { strictEqual } from 'node:assert/strict'
import { MadeProject } from './made-project.ts'
import type { NodeLikeName } from './node-like.ts'
import { PrintingProcess } from './printing-process.ts'

/** A made project, and the commands that a test runs in it. */
export class ProjectScene {
  readonly project: MadeProject
  readonly #running: PrintingProcess[] = []

  constructor(installed: Readonly<Record<string, string>> = {}) {
    this.project = new MadeProject('blank', installed)
  }

  errand(args: readonly string[], runtime: NodeLikeName = 'node'): PrintingProcess {
    const { project } = this
    const env = { ERRAND_PORT: '0' }
    const started = new PrintingProcess(project.command(...args), { cwd: project.folder, env, runtime })
    this.#running.push(started)
    return started
  }

  edit(file: string, from: string, to: string): void {
    this.project.write(file, this.project.read(file).replace(from, to))
  }

  async end(): Promise<void> {
    for (const { child } of this.#running) child.kill('SIGKILL')
    await Promise.all(this.#running.map(({ closed }) => closed))
    this.project.remove()
  }
}

export async function json(url: string, init?: RequestInit): Promise<unknown> {
  return (await fetch(url, init)).json()
}

/** Runs a job of the agent in the template, and returns its id. */
export async function finishedJob(url: string): Promise<string> {
  const body = JSON.stringify({ agent: 'slogan', input: { product: 'wool socks' } })
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' }
  const { id, status } = (await json(`${url}/jobs`, { method: 'POST', headers, body })) as Record<string, string>
  strictEqual(status, 'completed')
  return id ?? ''
}
