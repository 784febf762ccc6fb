import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DATE, FLAGS } from '#bench/workerd-config.ts'
import { DURABLE_OBJECTS } from '#composition/durable-objects.ts'

/** What a wrangler configuration says of the platform's behaviour. */
function compatibilityIn(path: string) {
  const text = readFileSync(path, 'utf8')
  const valueOf = (name: string): unknown => {
    const [, value = 'null'] = new RegExp(`^${name} = (.+)$`, 'm').exec(text) ?? []
    return JSON.parse(value)
  }
  return { date: valueOf('compatibility_date'), flags: valueOf('compatibility_flags') }
}

const shipped = compatibilityIn('examples/shop/wrangler.toml')

test('the Worker that is deployed reaches its own zone through the front door only, as callbacks must', () => {
  expect(shipped.flags).toContain('global_fetch_strictly_public')
})

test('the Worker that is tested and the one that is measured run under the same compatibility as the one that is deployed', () => {
  const { date, flags } = compatibilityIn('test/cloudflare/wrangler.toml')
  // The test runner needs Node's modules.
  expect({ date, flags }).toEqual({ date: shipped.date, flags: [...(shipped.flags as string[]), 'nodejs_compat'] })
  expect({ date: DATE, flags: FLAGS }).toEqual(shipped)
})

test('a Worker that is deployed is not open, and the one that is developed listens on loopback alone', () => {
  expect(readFileSync('examples/shop/wrangler.toml', 'utf8')).not.toContain('ERRAND_OPEN')
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
  expect(Object.keys(scripts).filter((name) => scripts[name]?.includes('ERRAND_OPEN'))).toEqual(['dev:worker'])
  // wrangler refuses a second `--ip`.
  expect(scripts['dev:worker']).toContain('--ip 127.0.0.1 --var ERRAND_OPEN:local-development')
})

test('the command line knows the Durable Object classes of the Worker, and a new project has them under the same names', () => {
  const [, exported = ''] =
    /export const \{ (.*) \} = worker/.exec(readFileSync('examples/shop/worker.ts', 'utf8')) ?? []
  const classes = exported.split(', ').filter((name) => name !== 'SampleShop')
  expect(classes).toEqual(Object.keys(DURABLE_OBJECTS))

  const project = readFileSync('create-errand/templates/common/wrangler.jsonc', 'utf8')
  const bindings = [...project.matchAll(/"name": "(\w+)", "class_name": "(\w+)"/g)].map(([, name, className]) => [
    className,
    name,
  ])
  expect(Object.fromEntries(bindings)).toEqual(DURABLE_OBJECTS)
  expect(project).toContain(`"new_sqlite_classes": ${JSON.stringify(classes).replaceAll(',', ', ')}`)
  expect(project).toContain(JSON.stringify(shipped.date))
  expect(project).toContain(JSON.stringify(shipped.flags).replaceAll(',', ', '))
})
