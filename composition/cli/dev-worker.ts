import { relative } from 'node:path'
import { StartError } from '#adapters/node/process/start-error.ts'
import { withErrand } from './deploy.ts'
import { withEnvFile } from './env-file.ts'
import type { ProjectFiles } from './find.ts'
import { workerEntry } from './worker-entry.ts'
import { Wrangler } from './wrangler.ts'

/**
 * Serves a project in workerd. Wrangler restarts it when its code changes, and keeps the data in `.wrangler/`.
 * @throws {StartError}
 */
export async function devWorker(project: ProjectFiles, note: (text: string) => void): Promise<number> {
  if ('Bun' in globalThis)
    throw new StartError('wrangler serves no Worker on Bun. Without --bun, the same command runs on Node.')
  const wrangler = new Wrangler(project.folder)
  const settings = await withErrand(wrangler, { dryRun: false, note })
  const entry = relative(project.folder, workerEntry(project, settings))
  const port = withEnvFile(process.env)['ERRAND_PORT'] ?? '8787'
  // It is open to programs on this machine, so it must listen on loopback alone.
  const open = [
    '--ip',
    '127.0.0.1',
    '--port',
    port,
    '--var',
    'ERRAND_OPEN:local-development',
    '--var',
    'ERRAND_JURISDICTION:',
  ]
  return wrangler.run(['dev', entry, ...open])
}
