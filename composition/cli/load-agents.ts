import { SqliteDatabase } from '#adapters/node/sqlite/database.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { type Project, partsOf } from '../config/parts.ts'
import { createNodeLogger } from '../node/logger.ts'
import { type Env, authorsEnv, secretsIn } from '../settings/env.ts'
import type { ProjectFiles } from './find.ts'
import { loadProject } from './load.ts'

/** A project and its agents, without its data: the factories of its config get an empty database. @throws {StartError} {DefinitionError} */
export async function loadAgents(
  files: ProjectFiles,
  env: Env,
): Promise<{ readonly project: Project; readonly agents: readonly Agent[] }> {
  const project = await loadProject(files)
  const given = authorsEnv(env)
  const { agents } = partsOf(project, {
    env: given,
    publicFetch: () => Promise.reject(new Error('This command makes no requests.')),
    database: new SqliteDatabase(':memory:'),
    logger: createNodeLogger(secretsIn(given)),
  })
  return { project, agents: agents.list() }
}
