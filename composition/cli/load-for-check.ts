import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { partsOf } from '../config/parts.ts'
import { createModels } from '../models.ts'
import { createNodeLogger } from '../node/logger.ts'
import type { NodeSettings } from '../settings/settings.ts'
import type { Checked } from './check.ts'
import type { ProjectFiles } from './find.ts'
import { loadProject } from './load.ts'

/** The agents of a project, without its data: their factories get an empty database. */
export async function loadForCheck(files: ProjectFiles, settings: NodeSettings): Promise<Checked> {
  const project = await loadProject(files)
  const database = new SqliteDatabase(':memory:')
  const { agents } = partsOf(project, {
    env: settings.authorsEnv,
    publicFetch: () => Promise.reject(new Error('A check makes no requests.')),
    database,
    logger: createNodeLogger(settings.secrets),
  })
  const models = createModels(settings, { clock: new SystemClock(), demo: project.config.demo })
  return { agents: agents.list(), models, defaultModel: settings.defaultModel }
}
