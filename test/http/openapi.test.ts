import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from '#domain/app-error.ts'
import { contract, routes } from '#test/support/contract.ts'
import { ListedModel } from '#test/support/script.ts'
import { testApp } from '#test/support/test-app.ts'

/** What the linter says of a document; it runs as its users run it. */
async function lint(document: unknown): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  const file = join(folder, 'openapi.json')
  writeFileSync(file, JSON.stringify(document))
  const args = ['node_modules/@redocly/cli/bin/cli.js', 'lint', '--config', 'test/http/redocly.yaml', file]
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' }
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env })
    return stdout + stderr
  } catch (error) {
    return (error as { stdout: string; stderr: string }).stdout + (error as { stderr: string }).stderr
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('the published contract', () => {
  test('is what GET /openapi.json answers, OpenAPI 3.1', async () => {
    const response = await testApp([], new ListedModel()).http.request('/openapi.json')
    const document = (await response.json()) as { openapi: string }
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document).toEqual(JSON.parse(JSON.stringify(contract)))
  })

  test('need not be sent to whoever has it', async () => {
    const { http } = testApp([], new ListedModel())
    const response = await http.request('/openapi.json')
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    const etag = response.headers.get('etag') ?? ''
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    const again = await http.request('/openapi.json', { headers: { 'if-none-match': etag } })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, etag, ''])
    expect((await http.request('/openapi.json', { headers: { 'if-none-match': '"x"' } })).status).toBe(200)
  })

  test('documents every route that there is, and none that there is not', () => {
    const taken = testApp([], new ListedModel())
      .routes()
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect([...new Set(taken)].sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
  })

  test('says what holds where a query says nothing', () => {
    const { parameters = [] } = contract.paths?.['/jobs']?.get ?? {}
    const size = parameters.find((parameter) => 'name' in parameter && parameter.name === 'page_size')
    expect(size).toMatchObject({ schema: { type: 'integer', default: 50 } })
  })

  test('says where a submission has its callback called', () => {
    const { callbacks } = contract.paths?.['/jobs']?.post ?? {}
    expect(callbacks).toMatchObject({
      job: { '{$request.body#/callback/url}': { post: { operationId: 'jobCallback' } } },
    })
  })

  test('names every code that a refusal can carry', () => {
    const text = JSON.stringify(contract)
    for (const code of ERROR_CODES) expect(text).toContain(`"${code}"`)
  })

  test('pleases its linter, problem details included', async () => {
    const said = await lint(contract)
    expect(said).toContain('Your API description is valid')
    expect(said).not.toContain('warning')
  })

  test('the linter would tell', async () => {
    const { paths, ...rest } = contract
    const broken = { ...rest, paths: { ...paths, '/jobs': { get: { responses: {} } } } }
    expect(await lint(broken)).toContain('Validation failed')
  })
})
