import type { Agent } from '#domain/agent/agent.ts'
import { modelsOf } from '#domain/agent/model-choice.ts'
import { parseSettings } from '../settings/settings.ts'
import { type Finding, sentenceOf } from './finding.ts'
import { type WorkerSettings, lacksIn } from './worker-settings.ts'

export interface ExaminedWorker {
  readonly settings: WorkerSettings
  /** Name of its file. */
  readonly configFile: string
  /** What `wrangler dev` reads secrets from: the name of the file, and its variables. */
  readonly local: { readonly file: string; readonly env: Readonly<Record<string, string | undefined>> }
  /** Of the config; `null` where it cannot be loaded. */
  readonly agents: readonly Agent[] | null
}

/** What a provider needs, by the first part of a model's name. */
const KEYS: Readonly<Record<string, string>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  'openai-compatible': 'OPENAI_COMPATIBLE_BASE_URL',
}
const SECRETS = new Set([
  'ANTHROPIC_API_KEY',
  'OPENAI_API_KEY',
  'OPENAI_COMPATIBLE_API_KEY',
  'ERRAND_CALLBACK_SECRETS',
  'ERRAND_ID_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_METRICS_HEADERS',
])

/** Whether a Worker has what it needs beside its objects. It names settings, and shows no value of them. */
export function* workerFindings({ settings, configFile, local, agents }: ExaminedWorker): Generator<Finding> {
  const vars = settings.vars ?? {}
  for (const text of lacksIn(settings)) yield { topic: 'worker', result: 'FAIL', text: `${configFile}: ${text}` }
  for (const name of Object.keys(vars).filter((one) => SECRETS.has(one))) {
    const text = `${name} stands in "vars" of ${configFile} in plain text: take it out, and store it with "npx wrangler secret put ${name}"`
    yield { topic: 'worker', result: 'FAIL', text }
  }
  const set = { ...vars, ...local.env }
  const asked = settingsIn(set)
  if ('problem' in asked) {
    const text = `"vars" of ${configFile} and ${local.file}: ${asked.problem}`
    yield { topic: 'worker', result: 'FAIL', text }
    return
  }
  const needed = keysOf(agents ?? [], asked.defaultModel)
  for (const [name, model] of needed) {
    if (isSet(set[name])) continue
    const text = `${name} is not in ${local.file}: "errand dev --worker" cannot call ${model}`
    yield { topic: 'worker', result: 'note', text }
  }
  yield { topic: 'worker', result: 'note', text: deployed([...needed.keys()].filter((name) => !isSet(vars[name]))) }
}

function settingsIn(
  set: Readonly<Record<string, unknown>>,
): { readonly defaultModel: string } | { readonly problem: string } {
  try {
    return { defaultModel: parseSettings(set).defaultModel }
  } catch (error) {
    return { problem: sentenceOf(error) }
  }
}

/** With a model that needs each. */
function keysOf(agents: readonly Agent[], defaultModel: string): ReadonlyMap<string, string> {
  const models = agents.flatMap((agent) => modelsOf({ agent, defaultModel }))
  return new Map(
    models.flatMap((model) => {
      const key = KEYS[model.split('/')[0] ?? '']
      return key === undefined ? [] : [[key, model] as const]
    }),
  )
}

function deployed(needed: readonly string[]): string {
  const keys = needed.length > 0 ? needed.join(', ') : 'the key of a model, such as ANTHROPIC_API_KEY'
  return `deployed, it needs as secrets ERRAND_API_KEYS and ${keys}. Which are stored is known online only: npx wrangler secret list`
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== ''
}
