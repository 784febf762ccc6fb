import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { counted } from '#adapters/cli/counted.ts'
import { installedBin, installedPackage } from '#adapters/node/project/files.ts'
import { problemWithModels } from '#application/agent/check-agents.ts'
import type { Agent } from '#domain/agent/agent.ts'
import { modelsOf } from '#domain/agent/model-choice.ts'
import type { Models } from '#ports/model.ts'
import { deployedObjects, describeObjects } from './deploy.ts'
import type { ProjectFiles } from './find.ts'
import { type Finding, sentenceOf } from './finding.ts'
import { missingSettings, objectsIn, problemsIn } from './worker-settings.ts'
import { Wrangler } from './wrangler.ts'

export interface Checked {
  readonly agents: readonly Agent[]
  readonly models: Models
  readonly defaultModel: string
}

export interface CheckWorld {
  /** Makes the agents of the config, and what calls models. Rejects with what is wrong. */
  readonly load: () => Promise<Checked>
}

/** What is wrong with a project, without its data and without any call. */
export async function* check(project: ProjectFiles, world: CheckWorld): AsyncGenerator<Finding> {
  yield* await configFindings(project, world)
  yield checkTypes(project)
  yield await checkWorker(project)
}

async function configFindings({ config }: ProjectFiles, { load }: CheckWorld): Promise<readonly Finding[]> {
  try {
    const checked = await load()
    const { agents } = checked
    const text = `${basename(config)}: ${counted(agents.length, 'agent')}`
    const findings = await Promise.all(agents.map((agent) => checkAgent(agent, checked)))
    return [{ topic: 'config', result: 'ok', text }, ...findings, ...effectNotes(agents)]
  } catch (error) {
    return [{ topic: 'config', result: 'FAIL', text: sentenceOf(error) }]
  }
}

async function checkAgent(agent: Agent, { models, defaultModel }: Checked): Promise<Finding> {
  const { name, model, tools } = agent
  const used = model ?? defaultModel
  try {
    for (const one of modelsOf({ agent, defaultModel })) models.check(one)
  } catch (error) {
    return { topic: 'agent', result: 'FAIL', text: `${name}: ${(error as Error).message}` }
  }
  const problem = await problemWithModels(agent, { models, defaultModel })
  if (problem !== null) return { topic: 'agent', result: 'FAIL', text: `${name}: ${problem}.` }
  const demo = used === 'scripted/demo' ? ' (offline demo: set ANTHROPIC_API_KEY or OPENAI_API_KEY in .env)' : ''
  const toolNames = tools.map((tool) => tool.name).join(', ') || 'none'
  return { topic: 'agent', result: 'ok', text: `${name}: model ${used}${demo}, tools ${toolNames}` }
}

/** A tool that only reads and does not say so makes its job wait for a person after a crash. */
function effectNotes(agents: readonly Agent[]): readonly Finding[] {
  const unnamed = agents.flatMap(({ tools }) => tools).filter(({ hasDefaultEffect }) => hasDefaultEffect)
  return [...new Set(unnamed.map(({ name }) => name))].map((name) => ({
    topic: 'agent',
    result: 'note',
    text: `${name}: no effect named, so it counts as once`,
  }))
}

function checkTypes({ folder }: ProjectFiles): Finding {
  const tsc = installedBin(folder, 'tsc', 'typescript')
  if (!existsSync(join(folder, 'tsconfig.json')) || tsc === null) {
    return {
      topic: 'types',
      result: 'note',
      text: 'not checked: there is no tsconfig.json, or no typescript installed',
    }
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, '--noEmit', '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status === 0) return { topic: 'types', result: 'ok', text: 'tsc' }
  return { topic: 'types', result: 'FAIL', text: `${stdout}${stderr}`.trim() }
}

async function checkWorker({ folder }: ProjectFiles): Promise<Finding> {
  if (!existsSync(join(folder, 'wrangler.jsonc')) && installedPackage(folder, 'wrangler') === null) {
    return { topic: 'worker', result: 'note', text: 'not checked: this project is not set up for Cloudflare' }
  }
  try {
    const wrangler = new Wrangler(folder)
    const settings = await wrangler.read()
    const problems = problemsIn(settings, deployedObjects(folder))
    if (problems.length > 0) return { topic: 'worker', result: 'FAIL', text: problems.join('\n') }
    const missing = missingSettings(settings)
    if (missing === null) return { topic: 'worker', result: 'ok', text: describeObjects(objectsIn(settings)) }
    const text = `the next deploy adds this to ${wrangler.configFile}:\n${JSON.stringify(missing, null, 2)}`
    return { topic: 'worker', result: 'note', text }
  } catch (error) {
    return { topic: 'worker', result: 'FAIL', text: sentenceOf(error) }
  }
}
