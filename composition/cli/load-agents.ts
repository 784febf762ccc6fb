import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { type Project, partsOf } from '../config/parts.ts'
import { createNodeLogger } from '../node/logger.ts'
import type { NodeSettings } from '../settings/settings.ts'
import type { ProjectFiles } from './find.ts'
import { loadProject } from './load.ts'

/** A project and its agents, without its data: the factories of its config get an empty database. @throws {StartError} {DefinitionError} */
export async function loadAgents(
  files: ProjectFiles,
  settings: NodeSettings,
): Promise<{ readonly project: Project; readonly agents: readonly Agent[] }> {
  const project = await loadProject(files)
  const { agents } = partsOf(project, {
    env: settings.authorsEnv,
    publicFetch: () => Promise.reject(new Error('This command makes no requests.')),
    database: new SqliteDatabase(':memory:'),
    logger: createNodeLogger(settings.secrets),
  })
  return { project, agents: agents.list() }
}
