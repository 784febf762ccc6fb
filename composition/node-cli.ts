#!/usr/bin/env node
import { type LocalApp, createProgram } from '#adapters/cli/program.ts'
import { CliError } from '#adapters/cli/server-call.ts'
import { SystemClock } from '#adapters/web/clock.ts'
import { WebHasher } from '#adapters/web/hasher.ts'
import { CryptoRandom } from '#adapters/web/random.ts'
import { GetProduct } from '#application/get-product.ts'
import { ListProducts } from '#application/list-products.ts'
import { MakeKey } from '#application/make-key.ts'
import { ManageKeys } from '#application/manage-keys.ts'
import { RunSync } from '#application/run-sync.ts'
import { AppError } from '#domain/errors.ts'
import { StartError } from '#adapters/node/start-error.ts'
import { openNodeApp } from './node-app.ts'
import { type NodeSettings, SettingsError, parseNodeSettings } from './settings.ts'
import * as t from './tokens.ts'
import manifest from '../package.json' with { type: 'json' }

async function open(settings: NodeSettings): Promise<LocalApp> {
  const { container, storage } = await openNodeApp(settings, { briefly: true })
  return {
    agents: container.resolve(t.AGENTS).list(),
    runSync: container.resolve(RunSync),
    listProducts: container.resolve(ListProducts),
    getProduct: container.resolve(GetProduct),
    manageKeys: container.resolve(ManageKeys),
    close: () => storage.close(),
  }
}

// Whoever reads our output may stop reading, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

async function main(): Promise<void> {
  const settings = parseNodeSettings(process.env)
  const interrupt = new AbortController()
  process.once('SIGINT', () => {
    interrupt.abort()
  })
  const program = createProgram({
    open: () => open(settings),
    makeKey: new MakeKey({ clock: new SystemClock(), hasher: new WebHasher(), random: new CryptoRandom() }),
    version: manifest.version,
    serverUrl: settings.serverUrl,
    apiKey: settings.apiKey,
    print: (text) => process.stdout.write(text),
    note: (text) => process.stderr.write(text),
    signal: interrupt.signal,
  })
  await program.parseAsync()
}

try {
  await main()
} catch (error) {
  const foreseen =
    error instanceof AppError ||
    error instanceof CliError ||
    error instanceof SettingsError ||
    error instanceof StartError
  process.stderr.write(`errand: ${foreseen ? error.message : String(error instanceof Error ? error.stack : error)}\n`)
  process.exitCode = 1
}
