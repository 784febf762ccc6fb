import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { installedPackage } from '#adapters/node/project/files.ts'
import type { ServerAddress } from '#adapters/cli/server-call.ts'
import { modelsOf } from '#domain/agent/model-choice.ts'
import type { NodeSettings } from '../settings/settings.ts'
import { callbackFinding } from './callback-finding.ts'
import { type CheckWorld, check } from './check.ts'
import type { ProjectFiles } from './find.ts'
import { type Finding, sentenceOf } from './finding.ts'
import { localVariables } from './local-variables.ts'
import { workerFindings } from './worker-secrets.ts'
import { Wrangler } from './wrangler.ts'
import { serverOf } from './server-of.ts'

export interface DoctorWorld extends CheckWorld {
  readonly settings: NodeSettings
  /** Opens the database, and lets go of it. */
  readonly openDatabase: () => Promise<void>
}

/** How long a model or a server may take to answer. */
const PATIENCE_MS = 30_000
/** As a server warns of the clock of its database. */
const MOST_CLOCK_SKEW_MS = 2000

/** What `errand check` finds, and whether what the project talks to answers: its database, its models, its server, and itself by callback. */
export async function* examine(project: ProjectFiles, world: DoctorWorld): AsyncGenerator<Finding> {
  yield* check(project, world)
  yield* await workerOf(project, world)
  yield await databaseFinding(world)
  yield* modelFindings(world)
  yield await callbackFinding(world.settings)
  yield* serverFindings(serverOf(world.settings))
}

/** Of a project that is set up for Cloudflare. A configuration that cannot be read is a finding of `check`. */
async function workerOf({ folder }: ProjectFiles, { load }: DoctorWorld): Promise<readonly Finding[]> {
  if (installedPackage(folder, 'wrangler') === null) return []
  try {
    const wrangler = new Wrangler(folder)
    const checked = await load().catch(() => null)
    const local = localVariables(folder)
    const { configFile } = wrangler
    return [...workerFindings({ settings: await wrangler.read(), configFile, local, agents: checked?.agents ?? null })]
  } catch {
    return []
  }
}

async function databaseFinding({ settings, openDatabase }: DoctorWorld): Promise<Finding> {
  const { databaseUrl, dataDir } = settings
  const name = databaseUrl === null ? `SQLite in ${dataDir}` : `Postgres at ${new URL(databaseUrl).host}`
  if (databaseUrl === null && !existsSync(join(dataDir, 'errand.db')))
    return { topic: 'data', result: 'note', text: `${name}: not there yet; the first start makes it` }
  try {
    await openDatabase()
    return { topic: 'data', result: 'ok', text: name }
  } catch (error) {
    return { topic: 'data', result: 'FAIL', text: sentenceOf(error) }
  }
}

/** One real and short call of each model. It costs a few tokens. */
async function* modelFindings({ load }: DoctorWorld): AsyncGenerator<Finding> {
  const checked = await load().catch(() => null)
  if (checked === null) return
  const { agents, defaultModel } = checked
  const names = new Set(agents.flatMap((agent) => modelsOf({ agent, defaultModel })))
  for (const model of names) {
    if (model.startsWith('scripted/')) {
      yield { topic: 'model', result: 'note', text: `${model}: plays in this process, so there is no key to try` }
      continue
    }
    const begun = Date.now()
    try {
      checked.models.check(model)
      await checked.models.call({ ...QUESTION, model }, { signal: AbortSignal.timeout(PATIENCE_MS) })
      yield { topic: 'model', result: 'ok', text: `${model}: answered after ${String(Date.now() - begun)} ms` }
    } catch (error) {
      yield {
        topic: 'model',
        result: 'FAIL',
        text: `${model}: ${error instanceof Error ? error.message : String(error)}`,
      }
    }
  }
}

const QUESTION = {
  instructions: 'Answer with the word "ok".',
  messages: [{ role: 'user', text: 'Are you there?' }],
  tools: [],
  output: null,
  settings: {},
} as const

async function* serverFindings({ serverUrl, apiKey }: ServerAddress): AsyncGenerator<Finding> {
  const base = serverUrl.replace(/\/+$/, '')
  const ask = async (path: string): Promise<Response> =>
    fetch(`${base}${path}`, {
      headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
  const ready = await ask('/readyz').catch(() => null)
  if (ready === null) {
    const text = `none answers at ${serverUrl}; "errand dev" starts one, and ERRAND_URL says where it is`
    yield { topic: 'server', result: 'note', text }
    return
  }
  const said = await ready.text()
  if (memberOf(said, ready.ok ? 'status' : 'detail') === null) {
    const text = `${serverUrl} answered ${String(ready.status)}, and not as Errand does; ERRAND_URL says where Errand is`
    yield { topic: 'server', result: 'FAIL', text }
    return
  }
  yield ready.ok
    ? { topic: 'server', result: 'ok', text: `${serverUrl} is ready` }
    : { topic: 'server', result: 'FAIL', text: `${serverUrl}: ${detailIn(said)}` }
  yield* clockFindings(ready)
  const agents = await ask('/agents')
  // A key that may only submit is a key all the same.
  if (agents.ok || agents.status === 403)
    yield { topic: 'server', result: 'ok', text: apiKey === null ? 'needs no API key here' : 'takes the API key' }
  else yield { topic: 'server', result: 'FAIL', text: `GET /agents: ${detailIn(await agents.text())}` }
}

/** The header has whole seconds. */
function* clockFindings({ headers }: Response): Generator<Finding> {
  const skew = Math.abs(Date.parse(headers.get('date') ?? '') - Date.now())
  if (!(skew > MOST_CLOCK_SKEW_MS)) return
  const text = `its clock differs from the one here by ${String(Math.round(skew / 1000))} s`
  yield { topic: 'server', result: 'FAIL', text }
}

/** What Problem Details say; of another answer, its beginning. */
function detailIn(text: string): string {
  return memberOf(text, 'detail') ?? text.slice(0, 200)
}

/** `null` unless it is a JSON object with this member, which is text. */
function memberOf(text: string, name: string): string | null {
  try {
    const value = (JSON.parse(text) as Readonly<Record<string, unknown>> | null)?.[name]
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
