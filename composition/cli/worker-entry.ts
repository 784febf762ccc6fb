import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DURABLE_OBJECTS } from '../durable-objects.ts'
import type { ProjectFiles } from './find.ts'

/** The Worker's entry: the author's own, or one that is made in `.errand/`. */
export function workerEntry({ folder, config, worker }: ProjectFiles): string {
  if (worker !== null) return worker
  const made = join(folder, '.errand')
  const path = join(made, 'worker.ts')
  mkdirSync(made, { recursive: true })
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
