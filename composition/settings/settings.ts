import * as z from 'zod'
import type { ModelSettings } from '#adapters/models/settings.ts'
import type { TelemetryOptions } from '#adapters/telemetry/otlp-telemetry.ts'
import type { OpenMode } from '#adapters/http/open-mode.ts'
import { httpUrl } from '#adapters/web/http-url.ts'
import type { JobLimits } from '#domain/job/limits.ts'
import type { TenantPolicies } from '#domain/tenant/policy.ts'
import type { ApiKey } from '#domain/tenant/principal.ts'
import type { PriceOverrides } from '#domain/money/price.ts'
import { limitFields, limitsFrom, nodeLimitFields, providerLimits } from './limits.ts'
import { apiKey, baseUrl } from './models.ts'
import { prices } from './prices.ts'
import { SettingsError } from './settings-error.ts'
import {
  corsOrigins,
  idSecret,
  jurisdiction,
  localDevelopment,
  noJurisdiction,
  postgresUrl,
  release,
  url,
} from './fields.ts'
import { problemWithProtocol, telemetryFields, telemetryFrom, telemetrySecrets } from './telemetry.ts'
import { tenantPolicies, tenantSecrets, tenantSettings } from './tenants.ts'
import { wholeNumber } from './whole-number.ts'

type Env = Readonly<Record<string, unknown>>

const modelFields = {
  ERRAND_MODEL: z
    .string()
    .regex(/^[a-z0-9-]+\/.+$/, 'must look like "provider/model"')
    .optional(),
  ANTHROPIC_API_KEY: apiKey,
  ANTHROPIC_BASE_URL: baseUrl,
  OPENAI_API_KEY: apiKey,
  OPENAI_BASE_URL: baseUrl,
  OPENAI_COMPATIBLE_API_KEY: apiKey,
  OPENAI_COMPATIBLE_BASE_URL: baseUrl,
}

const nodeFields = {
  ERRAND_DATABASE_URL: postgresUrl,
  ERRAND_LEASE_SECONDS: wholeNumber(1, 3600).default(15),
  ERRAND_HOST: z.string().default('127.0.0.1'),
  ERRAND_PORT: wholeNumber(0, 65_535).optional(),
  ERRAND_DATA_DIR: z.string().default('./data'),
  ERRAND_CONCURRENCY: wholeNumber(1, 10_000).default(50),
  ...nodeLimitFields,
  ERRAND_DRAIN_SECONDS: wholeNumber(0, 600).default(0),
  ERRAND_URL: url,
  ERRAND_API_KEY: apiKey,
  ERRAND_JURISDICTION: noJurisdiction,
}

const sharedFields = {
  ...modelFields,
  ...limitFields,
  ...tenantSettings,
  ...telemetryFields,
  ERRAND_CORS_ORIGINS: corsOrigins,
  ERRAND_ID_SECRET: idSecret,
  ERRAND_OPEN: localDevelopment,
  ERRAND_PRICES: prices,
  ERRAND_RELEASE: release,
  ERRAND_RUN_CONCURRENCY: wholeNumber(1, 10_000).default(200),
}

const workerFields = { ERRAND_JURISDICTION: jurisdiction }

const KNOWN = new Set(Object.keys({ ...sharedFields, ...nodeFields }))

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

export interface NodeSettings extends Settings {
  readonly host: string
  readonly port: number
  /** Of a Postgres that several servers may share; `null` for an SQLite file in the data directory, which is one server's. */
  readonly databaseUrl: string | null
  /** How long a server that shares a database may be silent before the others take its jobs over. */
  readonly leaseMs: number
  readonly dataDir: string
  /** Most jobs in execution at once. */
  readonly concurrency: number
  /** Most calls at once in this server, by provider; none is named that has no limit. */
  readonly providerLimits: Readonly<Record<string, number>>
  /** How long a server accepts requests after a stop signal, so that a load balancer can react. */
  readonly drainMs: number
  /** Where the CLI finds the server; `null` where no setting says so. */
  readonly serverUrl: string | null
  /** What the CLI proves itself with. */
  readonly apiKey: string | null
}

/** @throws {SettingsError} */
export function parseSettings(env: Env): WorkerSettings {
  const values = parse(z.object({ ...sharedFields, ...workerFields }), env)
  return { ...settingsFrom(values, authorsEnv(env)), jurisdiction: values.ERRAND_JURISDICTION ?? '' }
}

/** @throws {SettingsError} */
export function parseNodeSettings(env: Env): NodeSettings {
  const values = parse(z.object({ ...sharedFields, ...nodeFields }), env)
  const settings = settingsFrom(values, authorsEnv(env))
  return {
    ...settings,
    limits: limitsFrom(values),
    secrets: [...settings.secrets, ...passwordsIn(values.ERRAND_DATABASE_URL)],
    leaseMs: values.ERRAND_LEASE_SECONDS * 1000,
    databaseUrl: values.ERRAND_DATABASE_URL ?? null,
    host: values.ERRAND_HOST,
    port: values.ERRAND_PORT ?? 8787,
    dataDir: values.ERRAND_DATA_DIR,
    concurrency: values.ERRAND_CONCURRENCY,
    providerLimits: providerLimits(values),
    drainMs: values.ERRAND_DRAIN_SECONDS * 1000,
    // Port 0 is any that is free, so it says nothing.
    serverUrl: values.ERRAND_URL ?? (values.ERRAND_PORT ? httpUrl(values.ERRAND_HOST, values.ERRAND_PORT) : null),
    apiKey: values.ERRAND_API_KEY ?? null,
  }
}

/** As it is written in the URL, and as it is. */
function passwordsIn(url: string | undefined): readonly string[] {
  const password = url === undefined ? '' : new URL(url).password
  return password === '' ? [] : [password, decodeURIComponent(password)]
}

function parse<T>(schema: z.ZodType<T>, env: Env): T {
  // An empty variable is how shells and .env files say "not set". Bindings that are no text are not ours to read.
  const given = Object.entries(env).filter(([name, value]) => typeof value === 'string' && isGiven(name, value))
  const result = schema.safeParse(Object.fromEntries(given))
  const unknown = given.map(([name]) => name).filter((name) => name.startsWith('ERRAND_') && !KNOWN.has(name))
  if (result.success && unknown.length === 0) return result.data
  const issues = result.success ? [] : result.error.issues
  const problems = [
    ...issues.map(({ path, message }) => `  ${path.join('.')} ${message}`),
    ...unknown.map((name) => `  ${name} is not a setting of Errand`),
  ]
  throw new SettingsError(`These settings are not valid:\n${problems.join('\n')}`)
}

/** A blank list of keys is one whose variables were not there: taken for none, it would let everybody in. */
const NEVER_BLANK = new Set(['ERRAND_API_KEYS', 'ERRAND_CALLBACK_SECRETS'])

function isGiven(name: string, value: string): boolean {
  return value !== '' && (value.trim() !== '' || NEVER_BLANK.has(name))
}

type ModelValues = z.infer<z.ZodObject<typeof sharedFields>>

function authorsEnv(env: Env): Readonly<Record<string, string>> {
  const texts = Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts.filter(([name]) => !KNOWN.has(name)))
}

/** Variables whose name says that their value is a secret. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD/i

function secretsOf(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => (SECRET_NAME.test(name) && value.length >= 8 ? [value] : []))
}

function settingsFrom(values: ModelValues, env: Readonly<Record<string, string>>): Settings {
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
      ...secretsOf(env),
    ],
  }
}

function telemetryIn(values: ModelValues): TelemetryOptions | null {
  const problem = problemWithProtocol(values)
  if (problem !== null) throw new SettingsError(problem)
  return telemetryFrom(values, values.ERRAND_RELEASE ?? null)
}

function withUrl(apiKey: string, baseUrl: string | undefined): { apiKey: string; baseUrl?: string } {
  return baseUrl === undefined ? { apiKey } : { apiKey, baseUrl }
}

/** A good model of whichever provider there is a key for; without any key, the offline demo. */
function defaultModel({ ANTHROPIC_API_KEY, OPENAI_API_KEY }: ModelValues): string {
  if (ANTHROPIC_API_KEY !== undefined) return 'anthropic/claude-sonnet-5-5'
  if (OPENAI_API_KEY !== undefined) return 'openai/gpt-5.4-mini'
  return 'scripted/demo'
}
