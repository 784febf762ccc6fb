import { SystemClock } from '#adapters/web/clock.ts'
import { createModels } from '../models.ts'
import type { NodeSettings } from '../settings/settings.ts'
import type { Checked } from './check.ts'
import type { ProjectFiles } from './find.ts'
import { loadAgents } from './load-agents.ts'

/** The agents of a project, and what calls their models. */
export async function loadForCheck(files: ProjectFiles, settings: NodeSettings): Promise<Checked> {
  const { project, agents } = await loadAgents(files, settings.authorsEnv)
  const models = createModels(settings, { clock: new SystemClock(), demo: project.config.demo })
  return { agents, models, defaultModel: settings.defaultModel }
}
