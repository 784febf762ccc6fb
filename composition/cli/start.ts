import { serve } from '../serve.ts'
import type { ProjectFiles } from './find.ts'
import { importFile, loadConfig } from './load.ts'

/** Serves a project until a stop signal. The author's `server.ts` does it where there is one. */
export async function start(
  { config, server }: ProjectFiles,
  { supervised }: { supervised: boolean },
): Promise<number> {
  if (supervised) {
    // `errand dev` was killed, and another one may start at any time. Jobs are resumed as after any crash.
    process.once('disconnect', () => process.exit(1))
    // Or a start that has failed would stay.
    process.channel?.unref()
  }
  if (server === null) await serve(await loadConfig(config))
  else await importFile(server)
  return 0
}
