import { createRequire } from 'node:module'
import type { IConfiguration } from 'dependency-cruiser'
import { afterAll, describe, expect, test } from 'vitest'
import { type Files, PlantedProject } from './planted-project.ts'
import { SOUND } from './sound-project.ts'

/** One import, in a file of its own, that breaks one rule and no other. */
const PLANTS = [
  { rule: 'domain-imports-only-domain', file: 'domain/a.ts', code: "import type { Port } from '#ports/port.ts'" },
  { rule: 'domain-imports-only-domain', file: 'domain/b.ts', code: "import 'zod'" },
  {
    rule: 'ports-import-only-domain',
    file: 'ports/a.ts',
    code: "import type { UseCase } from '#application/use-case.ts'",
  },
  {
    rule: 'application-imports-only-core',
    file: 'application/a.ts',
    code: "import type { Database } from '#adapters/sql/database.ts'",
  },
  { rule: 'application-imports-only-core', file: 'application/b.ts', code: "import type { z } from 'zod'" },
  { rule: 'node-builtins-only-in-node', file: 'adapters/http/a.ts', code: "import { readFileSync } from 'node:fs'" },
  {
    rule: 'node-builtins-only-in-node',
    file: 'adapters/http/b.ts',
    code: "export const os = process.getBuiltinModule('node:os')",
  },
  {
    rule: 'workers-types-only-in-cloudflare',
    file: 'adapters/http/c.ts',
    code: "import { env } from 'cloudflare:workers'",
  },
  {
    rule: 'workers-types-only-in-cloudflare',
    file: 'adapters/sql/a.ts',
    code: "import type { SqlStorage } from '@cloudflare/workers-types'",
  },
  { rule: 'adapters-are-siblings', file: 'adapters/http/d.ts', code: "import '#adapters/cloudflare/object.ts'" },
  { rule: 'adapters-are-siblings', file: 'adapters/web/a.ts', code: "import '#adapters/local/keys.ts'" },
  { rule: 'adapters-are-siblings', file: 'adapters/node/a.ts', code: "import '#adapters/logging/logger.ts'" },
  { rule: 'adapters-are-siblings', file: 'adapters/client/a.ts', code: "import '#adapters/http/app.ts'" },
  // Through adapters/http/d.ts, above.
  { rule: 'runtimes-do-not-meet', file: 'adapters/node/b.ts', code: "import '#adapters/http/d.ts'" },
  { rule: 'runtimes-do-not-meet', file: 'composition/node/extra.ts', code: "import '#adapters/cloudflare/object.ts'" },
  { rule: 'runtimes-do-not-meet', file: 'composition/cloudflare/extra.ts', code: "import '../node/main.ts'" },
  { rule: 'runtimes-do-not-meet', file: 'composition/node/more.ts', code: "import '#adapters/bun/server.ts'" },
  { rule: 'runtimes-do-not-meet', file: 'adapters/bun/extra.ts', code: "import '#adapters/http/d.ts'" },
  { rule: 'runtimes-do-not-meet', file: 'adapters/deno/extra.ts', code: "import '#adapters/http/d.ts'" },
  // Through composition/cloudflare/main.ts.
  { rule: 'runtimes-do-not-meet', file: 'composition/serve.ts', code: "import './cloudflare/main.ts'" },
  { rule: 'postgres-only-in-postgres', file: 'adapters/sql/d.ts', code: "import 'pg'" },
  { rule: 'mcp-only-in-mcp', file: 'adapters/http/m.ts', code: "import '@modelcontextprotocol/sdk/client/index.js'" },
  { rule: 'mcp-only-in-mcp', file: 'composition/extra2.ts', code: "import '#adapters/mcp/session.ts'" },
  { rule: 'postgres-only-in-postgres', file: 'composition/extra.ts', code: "import '#adapters/postgres/store.ts'" },
  {
    rule: 'adapters-do-not-know-composition',
    file: 'adapters/http/e.ts',
    code: "import '#composition/settings/settings.ts'",
  },
  { rule: 'examples-see-only-public-entries', file: 'examples/shop/a.ts', code: "import '#adapters/web/clock.ts'" },
  {
    rule: 'examples-see-only-public-entries',
    file: 'examples/shop/b.ts',
    code: "import type { Port } from '#ports/port.ts'",
  },
  {
    rule: 'examples-see-only-public-entries',
    file: 'examples/shop/c.ts',
    code: "import '../../composition/public/errand.ts'",
  },
  {
    rule: 'examples-see-only-public-entries',
    file: 'examples/shop/d.ts',
    code: "import '#composition/public/errand.ts'",
  },
  { rule: 'examples-see-only-public-entries', file: 'examples/other/a.ts', code: "import '../shop/look.ts'" },
  { rule: 'no-example-from-source', file: 'composition/f.ts', code: "import '../examples/shop/look.ts'" },
  { rule: 'tsyringe-in-one-file', file: 'composition/a.ts', code: "import { container } from 'tsyringe'" },
  { rule: 'tsyringe-in-one-file', file: 'composition/b.ts', code: "import 'reflect-metadata'" },
  { rule: 'hono-only-in-http', file: 'composition/c.ts', code: "import type { Hono } from 'hono'" },
  { rule: 'hono-only-in-http', file: 'composition/d.ts', code: "import { serve } from '@hono/node-server'" },
  { rule: 'doubles-only-in-tests', file: 'composition/e.ts', code: "import '#adapters/testing/clock.ts'" },
  { rule: 'no-test-from-bench', file: 'bench/b.ts', code: "import '#test/support.ts'" },
  { rule: 'no-test-from-source', file: 'adapters/sql/b.ts', code: "import '#test/support.ts'" },
  {
    rule: 'no-circular',
    file: 'domain/here.ts',
    code: "import type { There } from './there.ts'\nexport type Here = There",
  },
  {
    rule: 'no-circular',
    file: 'domain/there.ts',
    code: "import type { Here } from './here.ts'\nexport type There = Here",
  },
  { rule: 'no-orphans', file: 'domain/lonely.ts', code: 'export const lonely = true' },
  { rule: 'not-to-unresolvable', file: 'adapters/http/f.ts', code: "import './missing.ts'" },
  { rule: 'not-to-unresolvable', file: 'adapters/http/g.ts', code: "import 'no-such-package'" },
  { rule: 'no-dev-deps-in-source', file: 'adapters/http/h.ts', code: "import type { Reporter } from 'vitest/node'" },
  // A dependency of a dependency.
  { rule: 'no-dev-deps-in-source', file: 'adapters/http/i.ts', code: "import 'picocolors'" },
] as const

/** Each breaks the rule of its layer, and the rule of what it reaches for. */
const EXAMPLES = [
  {
    file: 'domain/reads-files.ts',
    code: "import fs from 'node:fs'",
    rules: ['domain-imports-only-domain', 'node-builtins-only-in-node'],
  },
  {
    file: 'application/holds-state.ts',
    code: "import type { DurableObjectState } from '@cloudflare/workers-types'",
    rules: ['application-imports-only-core', 'workers-types-only-in-cloudflare'],
  },
] as const

const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IConfiguration
const rules = config.forbidden ?? []

const projects: PlantedProject[] = []

function cruise(files: Files): {
  readonly status: number | null
  readonly text: string
  readonly broken: (file: string) => readonly string[]
} {
  const project = new PlantedProject(files)
  projects.push(project)
  const { status, stdout, stderr } = project.cruise()
  const found = [...stdout.matchAll(/^ *error ([\w-]+): (\S+)/gm)]
  return {
    status,
    text: stdout + stderr,
    broken: (file) => [...new Set(found.filter((match) => match[2] === file).map((match) => String(match[1])))].sort(),
  }
}

afterAll(() => {
  for (const project of projects) project.remove()
})

describe('dependency rules', () => {
  const planted = cruise({
    ...SOUND,
    ...Object.fromEntries([...PLANTS, ...EXAMPLES].map(({ file, code }) => [file, `${code}\n`])),
  })

  test('a sound project passes, and the success is one line', () => {
    const { status, text } = cruise(SOUND)
    expect(text.trim()).toMatch(/^✔ no dependency violations found \(\d+ modules, \d+ dependencies cruised\)$/)
    expect(status).toBe(0)
  })

  test('a broken rule fails the run', () => {
    expect(planted.status).toBe(1)
  })

  test.each(PLANTS)('$rule: $file', ({ rule, file }) => {
    expect(planted.broken(file)).toEqual([rule])
  })

  test.each(EXAMPLES)('$file: $code', ({ file, rules: expected }) => {
    expect(planted.broken(file)).toEqual(expected)
  })

  test('nothing else is reported', () => {
    expect(Object.keys(SOUND).filter((file) => planted.broken(file).length > 0)).toEqual([])
  })

  test('every rule is an error, says what to do instead and is broken above', () => {
    for (const { name, severity, comment } of rules) {
      expect(severity, name).toBe('error')
      expect(comment, name).toMatch(/ .*\.$/)
    }
    expect(new Set(rules.map(({ name }) => name))).toEqual(new Set(PLANTS.map(({ rule }) => rule)))
  })
})

describe('a run that has seen nothing', () => {
  test('fails when there are no folders', () => {
    const { status, text } = cruise({})
    expect(text).toContain('0 modules seen in domain, ports, application, adapters, composition, test')
    expect(status).toBe(1)
  })

  test('fails when one layer is gone', () => {
    const { status, text } = cruise(
      Object.fromEntries(Object.entries(SOUND).filter(([file]) => !file.startsWith('test/'))),
    )
    expect(text).not.toContain(' error ')
    expect(text).toContain('0 modules seen in test,')
    expect(status).toBe(1)
  })
})
