import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DURABLE_OBJECTS } from '../durable-objects.ts'
import type { ProjectFiles } from './find.ts'
import type { WorkerSettings } from './worker-settings.ts'

const MADE = '.errand/worker.ts'

/** The Worker's entry: the author's own, as `main` or as `worker.ts`; or one that is made in `.errand/`. */
export function workerEntry({ folder, config, worker }: ProjectFiles, { main }: WorkerSettings): string {
  const path = join(folder, MADE)
  const own = main === undefined || resolve(folder, main) === path ? worker : resolve(folder, main)
  if (own !== null) return own
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, entryFor(basename(config)))
  return path
}

function entryFor(config: string): string {
  return `// Made by the command line of Errand. To change it, write a worker.ts of your own beside ${config}.
import { createWorker } from 'errand/cloudflare'
import config from '../${config}'

const worker = createWorker(config)
export const { ${Object.keys(DURABLE_OBJECTS).join(', ')} } = worker
export default worker.handler
`
}
