import type * as z from 'zod'
import type { ModelSettings } from '#adapters/models/settings.ts'
import type { TelemetryOptions } from '#adapters/telemetry/otlp-telemetry.ts'
import type { OpenMode } from '#adapters/http/open-mode.ts'
import { unknownKeys } from '#adapters/http/wire/unknown-keys.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { PriceOverrides } from '#domain/money/price.ts'
import { type CommandSettings, commandSettings, passwordsIn } from './command.ts'
import { type Env, authorsEnv, givenIn, refuseProblems, secretsIn } from './env.ts'
import { limitsFrom, providerLimits } from './limits.ts'
import { type SharedValues, nodeSchema, workerSchema } from './schema.ts'
import { SettingsError } from './settings-error.ts'
import { problemWithProtocol, telemetryFrom, telemetrySecrets } from './telemetry.ts'
import { tenantPolicies, tenantSecrets } from './tenants.ts'

export interface Settings {
  readonly models: ModelSettings
  readonly prices: PriceOverrides
  readonly limits: JobLimits
  /** Most `POST /run` under way at once, of all tenants, in one server or isolate. */
  readonly maxRuns: number
  /** `provider/model` for agents that name none. */
  readonly defaultModel: string
  readonly tenants: TenantPolicies
  /** Keys that are set and not stored. */
  readonly apiKeys: readonly ApiKey[]
  /** `host` or `host:port` that callbacks may reach over http and inside of the own network. */
  readonly callbackHosts: readonly string[]
  /** Origins of pages that may call from a browser. */
  readonly corsOrigins: readonly string[]
  /** On Workers, where no address of a caller can be relied on outside of production. */
  readonly openMode: OpenMode
  /** Text variables that are no settings of Errand: what an author's tools are handed. */
  readonly authorsEnv: Readonly<Record<string, string>>
  /** What ids made from idempotency keys are mixed with; `null` for a secret that is kept in the database. */
  readonly idSecret: string | null
  /** Names the deployed code; `null` where nothing is said. */
  readonly release: string | null
  /** `null` where it is off. */
  readonly telemetry: TelemetryOptions | null
  /** Texts that no log line may hold. */
  readonly secrets: readonly string[]
}

export interface WorkerSettings extends Settings {
  /** Where the platform keeps and runs the objects; `''` where it may do so anywhere. */
  readonly jurisdiction: string
}

/** Of log lines: for a program, or for a person. */
export type LogFormat = 'json' | 'text'

export interface NodeSettings extends Settings, CommandSettings {
  /** How long a server that shares a database may be silent before the others take its jobs over. */
  readonly leaseMs: number
  /** Most jobs in execution at once. */
  readonly concurrency: number
  /** Most calls at once in this server, by provider; none is named that has no limit. */
  readonly providerLimits: Readonly<Record<string, number>>
  /** How long a server accepts requests after a stop signal, so that a load balancer can react. */
  readonly drainMs: number
  /** Of log lines; `null` where the terminal decides. */
  readonly logFormat: LogFormat | null
}

/** @throws {SettingsError} */
export function parseSettings(env: Env): WorkerSettings {
  const values = parse(workerSchema(), env)
  return { ...settingsFrom(values, authorsEnv(env)), jurisdiction: values.ERRAND_JURISDICTION ?? '' }
}

/** @throws {SettingsError} */
export function parseNodeSettings(env: Env): NodeSettings {
  const values = parse(nodeSchema(), env)
  const settings = settingsFrom(values, authorsEnv(env))
  return {
    ...settings,
    ...commandSettings(values),
    limits: limitsFrom(values),
    secrets: [...settings.secrets, ...passwordsIn(values.ERRAND_DATABASE_URL ?? null)],
    leaseMs: values.ERRAND_LEASE_SECONDS * 1000,
    concurrency: values.ERRAND_CONCURRENCY,
    providerLimits: providerLimits(values),
    drainMs: values.ERRAND_DRAIN_SECONDS * 1000,
    logFormat: values.ERRAND_LOG_FORMAT ?? null,
  }
}

/** @throws {SettingsError} */
function parse<T>(schema: z.ZodType<T>, env: Env): T {
  const given = givenIn(env)
  const { data, error } = schema.safeParse(given, { error: unknownKeys })
  refuseProblems(given, error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [])
  return data as T
}

function settingsFrom(values: SharedValues, env: Readonly<Record<string, string>>): Settings {
  const { ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENAI_COMPATIBLE_API_KEY, OPENAI_COMPATIBLE_BASE_URL } = values
  return {
    models: {
      ...(ANTHROPIC_API_KEY !== undefined && { anthropic: withUrl(ANTHROPIC_API_KEY, values.ANTHROPIC_BASE_URL) }),
      ...(OPENAI_API_KEY !== undefined && { openai: withUrl(OPENAI_API_KEY, values.OPENAI_BASE_URL) }),
      ...(OPENAI_COMPATIBLE_BASE_URL !== undefined && {
        openaiCompatible: {
          baseUrl: OPENAI_COMPATIBLE_BASE_URL,
          ...(OPENAI_COMPATIBLE_API_KEY !== undefined && { apiKey: OPENAI_COMPATIBLE_API_KEY }),
        },
      }),
    },
    prices: values.ERRAND_PRICES,
    limits: limitsFrom(values),
    maxRuns: values.ERRAND_RUN_CONCURRENCY,
    defaultModel: values.ERRAND_MODEL ?? defaultModel(values),
    tenants: tenantPolicies(values),
    apiKeys: values.ERRAND_API_KEYS,
    callbackHosts: values.ERRAND_CALLBACK_HOSTS,
    corsOrigins: values.ERRAND_CORS_ORIGINS,
    idSecret: values.ERRAND_ID_SECRET ?? null,
    release: values.ERRAND_RELEASE ?? null,
    openMode: values.ERRAND_OPEN === undefined ? 'off' : 'loopback',
    authorsEnv: env,
    telemetry: telemetryIn(values),
    secrets: [
      ...[ANTHROPIC_API_KEY, OPENAI_API_KEY, OPENAI_COMPATIBLE_API_KEY].filter((key) => key !== undefined),
      ...tenantSecrets(values),
      ...telemetrySecrets(values),
      ...[values.ERRAND_ID_SECRET].filter((text) => text !== undefined),
      ...secretsIn(env),
    ],
  }
}

function telemetryIn(values: SharedValues): TelemetryOptions | null {
  const problem = problemWithProtocol(values)
  if (problem !== null) throw new SettingsError(problem)
  return telemetryFrom(values, values.ERRAND_RELEASE ?? null)
}

function withUrl(apiKey: string, baseUrl: string | undefined): { apiKey: string; baseUrl?: string } {
  return baseUrl === undefined ? { apiKey } : { apiKey, baseUrl }
}

/** A good model of whichever provider there is a key for; without any key, the offline demo. */
function defaultModel({ ANTHROPIC_API_KEY, OPENAI_API_KEY }: SharedValues): string {
  if (ANTHROPIC_API_KEY !== undefined) return 'anthropic/claude-sonnet-5-5'
  if (OPENAI_API_KEY !== undefined) return 'openai/gpt-5.4-mini'
  return 'scripted/demo'
}
