import type { Files } from './planted-project.ts'

/** What is allowed, and might look as if it were not. */
export const SOUND: Files = textOf({
  'domain/thing.ts': ["import './other.ts'", 'export type Thing = string', 'export const thing = 1'],
  'domain/other.ts': ['export {}'],
  'ports/port.ts': ["import type { Thing } from '#domain/thing.ts'", 'export type Port = () => Thing'],
  'application/use-case.ts': [
    "import type { Port } from '#ports/port.ts'",
    "import '#domain/thing.ts'",
    'export type UseCase = Port',
  ],
  'adapters/web/clock.ts': ["import '#domain/thing.ts'"],
  'adapters/sql/database.ts': ["import type { Port } from '#ports/port.ts'", 'export type Database = Port'],
  'adapters/local/keys.ts': ["import '#adapters/sql/database.ts'", "import '#adapters/web/clock.ts'", "import 'ulid'"],
  'adapters/testing/clock.ts': ["import '#domain/thing.ts'"],
  'adapters/logging/logger.ts': ["import 'hono'"],
  'adapters/http/app.ts': [
    "import { Hono } from 'hono'",
    "import '#application/use-case.ts'",
    "import '#adapters/logging/logger.ts'",
    "import './wire/view.ts'",
  ],
  'adapters/http/wire/view.ts': ["import { z } from 'zod'"],
  'adapters/client/client.ts': ["import '#adapters/http/wire/view.ts'"],
  'adapters/cli/program.ts': ["import 'node:process'", "import 'commander'", "import '#adapters/client/client.ts'"],
  'adapters/node/server.ts': ["import 'node:http'", "import '@hono/node-server'", "import '#adapters/http/app.ts'"],
  'adapters/deno/server.ts': ["import '#adapters/node/server.ts'"],
  'adapters/bun/server.ts': ["import '#adapters/http/app.ts'"],
  'adapters/mcp/session.ts': ["import '@modelcontextprotocol/sdk/client/index.js'"],
  'composition/public/mcp.ts': ["import '#adapters/mcp/session.ts'"],
  'adapters/postgres/store.ts': ["import pg from 'pg'", "import '#adapters/sql/database.ts'"],
  'adapters/cloudflare/object.ts': [
    "import type { DurableObjectState } from '@cloudflare/workers-types'",
    "import { DurableObject } from 'cloudflare:workers'",
    "import '#adapters/http/app.ts'",
  ],
  'composition/tsyringe.ts': ["import 'reflect-metadata'", "export { container } from 'tsyringe'"],
  'composition/settings/settings.ts': ["import '#domain/thing.ts'"],
  'composition/public/errand.ts': ["import '#domain/thing.ts'"],
  'examples/shop/writer.ts': ["import './look.ts'", "import { z } from 'zod'"],
  'examples/shop/look.ts': ["import 'node:fs'", "import 'hono'", 'export const look = 1'],
  'examples/shop/sample.csv': ['Handle', 'mug'],
  'examples/shop/worker.ts': ["import { env } from 'cloudflare:workers'", "import csv from './sample.csv'"],
  'composition/node/main.ts': [
    "import 'node:path'",
    "import '#adapters/node/server.ts'",
    "import '#adapters/cli/program.ts'",
    "import '../tsyringe.ts'",
    "import './postgres.ts'",
  ],
  'composition/main.ts': [
    "import '#adapters/deno/server.ts'",
    "import '#adapters/bun/server.ts'",
    "import './node/main.ts'",
  ],
  'composition/node/postgres.ts': ["import '#adapters/postgres/store.ts'"],
  'composition/cloudflare/main.ts': ["import 'cloudflare:workers'", "import '#adapters/cloudflare/object.ts'"],
  'test/some.test.ts': [
    "import { test } from 'vitest'",
    "import 'node:fs'",
    "import 'hono'",
    "import '#composition/node/main.ts'",
    "import '../examples/shop/writer.ts'",
    "import './support.ts'",
  ],
  'test/support.ts': ["import '#domain/thing.ts'"],
  'test/cloudflare/some.test.ts': ["import 'cloudflare:test'", "import '#composition/cloudflare/main.ts'"],
})

function textOf(files: Readonly<Record<string, readonly string[]>>): Files {
  return Object.fromEntries(Object.entries(files).map(([file, lines]) => [file, `${lines.join('\n')}\n`]))
}
