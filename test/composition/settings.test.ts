import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '#domain/job/limits.ts'
import { TenantPolicies } from '#domain/tenant/policy.ts'
import { parseNodeSettings, parseSettings } from '#composition/settings/settings.ts'
import { settingsProblem } from './settings-problem.ts'

describe('settings', () => {
  test('can move some limits', () => {
    const { limits } = parseSettings({
      ERRAND_RUN_SECONDS: '20',
      ERRAND_MAX_STRIKES: '2',
      ERRAND_MAX_MODEL_CALLS: '7',
      ERRAND_MODEL_OUTAGE_SECONDS: '90',
      ERRAND_TOOL_STOP_SECONDS: '7',
    })
    expect(limits).toEqual({
      ...DEFAULT_LIMITS,
      maxStrikes: 2,
      maxModelCalls: 7,
      modelOutageMs: 90_000,
      toolStopMs: 7000,
      maxRunMs: 20_000,
    })
    expect(parseNodeSettings({ ERRAND_TOOL_CALLS_AT_ONCE: '3' }).limits.maxToolCallsAtOnce).toBe(3)
    expect(parseSettings({ ERRAND_RELEASE: ' 4f2a ' }).release).toBe('4f2a')
  })

  test('have defaults for everything', () => {
    expect(parseNodeSettings({})).toEqual({
      models: {},
      prices: {},
      telemetry: null,
      tenants: expect.any(TenantPolicies) as unknown,
      apiKey: null,
      apiKeys: [],
      authorsEnv: {},
      callbackHosts: [],
      corsOrigins: [],
      idSecret: null,
      limits: DEFAULT_LIMITS,
      maxRuns: 200,
      openMode: 'off',
      defaultModel: 'scripted/demo',
      release: null,
      secrets: [],
      host: '127.0.0.1',
      port: 8787,
      databaseUrl: null,
      leaseMs: 15_000,
      dataDir: './data',
      concurrency: 50,
      providerLimits: {},
      drainMs: 0,
      logFormat: null,
      serverUrl: null,
    })
  })

  test('the password of a database is a secret, as it is written and as it is', () => {
    const { secrets } = parseNodeSettings({ ERRAND_DATABASE_URL: 'postgres://errand:p%40ss@db.test/errand' })
    expect(secrets).toEqual(['p%40ss', 'p@ss'])
    const wrong = settingsProblem(() =>
      parseNodeSettings({ ERRAND_DATABASE_URL: 'mysql://errand:hunter2@db.test/errand' }),
    )
    expect(wrong).toContain('ERRAND_DATABASE_URL must look like "postgres://user:password@host:5432/database"')
    expect(wrong).not.toContain('hunter2')
    const undecodable = settingsProblem(() =>
      parseNodeSettings({ ERRAND_DATABASE_URL: 'postgres://errand:%zz@db.test/errand' }),
    )
    expect(undecodable).toContain('ERRAND_DATABASE_URL')
  })

  test('an empty variable is not set', () => {
    expect(parseNodeSettings({ ERRAND_PORT: '', ANTHROPIC_API_KEY: '' })).toEqual(parseNodeSettings({}))
  })

  test('must not hold a password where it would be shown, nor a name that is none of ours', () => {
    const env = { OPENAI_BASE_URL: 'http://user:hunter2@127.0.0.1', ERRAND_MODLE: 'x/y' }
    const message = settingsProblem(() => parseNodeSettings(env))
    expect(message).toContain('OPENAI_BASE_URL must not hold a password')
    expect(message).toContain('ERRAND_MODLE is not a setting of Errand')
    expect(message).not.toContain('hunter2')
  })

  test('a blank variable is not set', () => {
    const blank = { ANTHROPIC_API_KEY: ' ', OPENAI_API_KEY: '\n', OPENAI_COMPATIBLE_BASE_URL: '\t', ERRAND_PORT: ' ' }
    expect(parseNodeSettings(blank)).toEqual(parseNodeSettings({}))
  })

  test('tell all mistakes at once, by name, and no secret', () => {
    const env = {
      ERRAND_PORT: 'abc',
      ERRAND_CONCURRENCY: '0',
      ERRAND_MODEL: 'gpt',
      OPENAI_BASE_URL: 'sk-not-a-url',
      OPENAI_API_KEY: 'sk-secret',
    }
    const message = settingsProblem(() => parseNodeSettings(env))
    expect(message.split('\n')).toEqual([
      'These settings are not valid:',
      '  ERRAND_MODEL must look like "provider/model"',
      '  OPENAI_BASE_URL must be an http or https URL',
      '  ERRAND_PORT must be a whole number from 0 to 65535',
      '  ERRAND_CONCURRENCY must be a whole number from 1 to 10000',
    ])
    expect(message).not.toContain('sk-')
  })

  test.each([
    [{ ANTHROPIC_API_KEY: 'a', OPENAI_API_KEY: 'o' }, /^anthropic\//],
    [{ OPENAI_API_KEY: 'o' }, /^openai\//],
    [{ OPENAI_API_KEY: 'o', ERRAND_MODEL: 'openai-compatible/llama' }, /^openai-compatible\/llama$/],
    [{}, /^scripted\/demo$/],
  ])('choose the default model by what there is: %o', (env, model) => {
    expect(parseSettings(env).defaultModel).toMatch(model)
  })

  test('know the jurisdictions of the platform, and refuse one where a server could not keep it', () => {
    expect(parseSettings({ ERRAND_JURISDICTION: 'eu' }).jurisdiction).toBe('eu')
    expect(parseSettings({ ERRAND_JURISDICTION: '' }).jurisdiction).toBe('')
    expect(() => parseSettings({ ERRAND_JURISDICTION: 'europe' })).toThrow(/ERRAND_JURISDICTION must be "eu", "us"/)
    expect(() => parseNodeSettings({ ERRAND_JURISDICTION: 'eu' })).toThrow(/holds on Cloudflare Workers only/)
  })

  test('group what belongs to a provider, and know what is secret', () => {
    const env = {
      ANTHROPIC_API_KEY: 'a',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:2/v1',
      AGENT_JOB: {},
    }
    expect(parseSettings(env)).toMatchObject({
      models: {
        anthropic: { apiKey: 'a', baseUrl: 'http://127.0.0.1:1' },
        openaiCompatible: { baseUrl: 'http://127.0.0.1:2/v1' },
      },
      secrets: ['a'],
    })
  })
})

const HASH = 'a'.repeat(64)
const ENTRY = `0123456789abcdef:acme:submit+read:${HASH}`
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'

describe('lists of secrets', () => {
  test.each([
    ['ERRAND_API_KEYS', ' '],
    ['ERRAND_API_KEYS', ','],
    ['ERRAND_API_KEYS', `${ENTRY},`],
    ['ERRAND_API_KEYS', `${ENTRY}, ,${ENTRY}`],
    ['ERRAND_CALLBACK_SECRETS', '\t'],
    ['ERRAND_CALLBACK_SECRETS', `,${SECRET}`],
  ])('that are blank are refused: %s=%j', (name, value) => {
    expect(settingsProblem(() => parseSettings({ [name]: value }))).toMatch(new RegExp(`${name}.* blank`))
  })

  test('a misspelt scope of a key is refused by its name, and so is a key without one', () => {
    const set = (scopes: string) =>
      settingsProblem(() => parseSettings({ ERRAND_API_KEYS: ENTRY.replace('submit+read', scopes) }))
    expect(set('sbmit+read')).toContain('There is no scope "sbmit". Scopes: run, submit, read, cancel, approve, admin.')
    expect(set('read+Admin')).toContain('There is no scope "Admin".')
    expect(set('')).toContain('A key needs a scope.')
    expect(parseSettings({ ERRAND_API_KEYS: ENTRY }).apiKeys[0]?.scopes).toEqual(['submit', 'read'])
  })
})
