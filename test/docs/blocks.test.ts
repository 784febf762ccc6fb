import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { Command } from 'commander'
import type { NodeApp } from 'errand/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProgram } from '#adapters/cli/program.ts'
import { runProgram } from '#test/support/run-program.ts'
import { allBlocks, blocksIn, commandsIn } from './blocks.ts'
import { openDocsApp } from './docs-app.ts'
import { DOCUMENTS, ELSEWHERE, SUPPLIED } from './kinds.ts'

const ROOT = join(import.meta.dirname, '../..')
const BLOCKS = allBlocks()
const of = (...languages: readonly string[]) =>
  BLOCKS.filter(({ language, skipped }) => languages.includes(language) && skipped === null)

test('every block is of a kind that is run or read, or says why not', () => {
  const known = ['', 'sh', 'ts', ...Object.keys(DOCUMENTS)]
  expect(BLOCKS.length).toBeGreaterThan(60)
  expect(BLOCKS.filter(({ language }) => !known.includes(language)).map(({ at }) => at)).toEqual([])
})

test.each(of(...Object.keys(DOCUMENTS)))('$at can be read as $language', ({ language, code }) => {
  expect(() => DOCUMENTS[language]?.(code)).not.toThrow()
})

test('the blocks in TypeScript have sound types, as the tsconfig of a new project checks them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'errand-docs-'))
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
    const own = of('ts').map(({ page, file, before, code }, index) => {
      // Agents' page names the file in the first line of each block, because one imports another.
      const named = file ?? /^\/\/ (\S+\.ts)\n/.exec(code)?.[1] ?? `block-${String(index)}.ts`
      return [join(page.replaceAll(/\W/g, '-'), named), [...before, code, 'export {}'].join('\n')] as const
    })
    const files = new Map([...Object.entries(SUPPLIED), ...own])
    for (const [path, text] of [...files, ['package.json', '{"name":"reader","type":"module"}'] as const]) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
    }
    const template = readFileSync(join(ROOT, 'create-errand/templates/common/tsconfig.json.template'), 'utf8')
    const config = JSON.parse(template) as { compilerOptions: object }
    // Of the examples themselves only: the sources of `errand`, which a reader has compiled, are checked by the gates.
    const options = { ...config.compilerOptions, resolveJsonModule: true, lib: ['ES2024', 'DOM'] }
    const roots = [...files.keys()].filter((path) => path.endsWith('.ts'))
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: roots }))
    const tsc = join(ROOT, 'node_modules/@typescript/native/bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], { cwd: dir, encoding: 'utf8' })
    expect(stdout.split('\n').filter((line) => roots.some((root) => line.startsWith(root)))).toEqual([])
    expect(roots.length).toBeGreaterThan(25)
  } finally {
    rmSync(dir, { recursive: true })
  }
})

/** What is run here, and what is compared with the commands of `errand`. */
const isRequest = (command: string): boolean => /(?:^|\$\()curl /.test(command) && command.includes('127.0.0.1:8787')
const isErrand = (command: string): boolean => /^(?:npx )?errand /.test(command)
const elsewhere = (command: string) => ELSEWHERE.find(({ begins }) => command.startsWith(begins))

describe('the blocks for a shell', () => {
  const commands = of('sh').flatMap(({ at, code }) => commandsIn(code).map((command) => ({ at, command })))

  test('have only commands that are run here, or in another test', () => {
    const others = commands.filter(({ command }) => !isRequest(command) && !isErrand(command) && !elsewhere(command))
    expect(others).toEqual([])
    // A reason that nothing needs hides the next command that begins like it.
    const idle = ELSEWHERE.filter(({ begins }) => !commands.some(({ command }) => command.startsWith(begins)))
    expect(idle).toEqual([])
  })

  test.each(commands.filter(({ command }) => isErrand(command) && !elsewhere(command)))(
    '$at: $command',
    ({ command }) => {
      const words = command.replace(/^(?:npx )?errand /, '').split(/\s+/)
      let at: Command = createProgram({ version: '0' } as never)
      while (words[0] !== undefined) {
        const next = at.commands.find((each) => each.name() === words[0])
        if (!next) break
        at = next
        words.shift()
      }
      expect(at.parent, 'errand has no such command').not.toBeNull()
      const options = [...command.replaceAll(/'[^']*'/g, '').matchAll(/ (--[a-z-]+)/g)].map(([, option]) => option)
      const known = [...at.options.map(({ long }) => long), '--json', '--config']
      expect(options.filter((option) => !known.includes(option))).toEqual([])
    },
  )
})

describe('the requests of each page', () => {
  let app: NodeApp
  let server: Server
  const dataDir = mkdtempSync(join(tmpdir(), 'errand-docs-'))

  beforeAll(async () => {
    app = await openDocsApp(dataDir)
    server = createServer()
    const listen = getRequestListener((request, bindings) => app.fetch(request, bindings))
    server.on('request', (request, response) => void listen(request, response))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    await app.start()
  })

  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await app.close()
    rmSync(dataDir, { recursive: true })
  })

  const pages = Map.groupBy(of('sh'), ({ page }) => page)
  const scripts = [...pages]
    .map(([page, blocks]) => {
      const requests = blocks.flatMap(({ code }) => commandsIn(code)).filter(isRequest)
      return { page, requests }
    })
    .filter(({ requests }) => requests.length > 0)

  test.each(scripts)('$page', async ({ requests }) => {
    const { port } = server.address() as AddressInfo
    const script = ['curl() { command curl --fail-with-body -S "$@"; }', ...requests].join('\n')
    // Nothing listens at port 9, and nothing leaves this machine.
    const own = script
      .replaceAll('127.0.0.1:8787', `127.0.0.1:${String(port)}`)
      .replaceAll(/https:\/\/[\w.]+\.example\.com/g, 'http://127.0.0.1:9')
    const { code, printed } = await runProgram('bash', ['-eo', 'pipefail', '-c', own], { cwd: ROOT })
    expect(code, printed).toBe(0)
  })

  // A line that is no item fails in its batch; its request succeeds.
  test('upload only items that their agents take', async () => {
    const { port } = server.address() as AddressInfo
    const { batches } = (await (await fetch(`http://127.0.0.1:${String(port)}/batches`)).json()) as {
      readonly batches: readonly { readonly next: number; readonly counts: { readonly failed: number } }[]
    }
    expect(batches).toEqual([
      expect.objectContaining({ next: 2, counts: expect.objectContaining({ failed: 0 }) as object }),
    ])
  })

  const bulk = of('sh').flatMap(({ at, page, code }) =>
    commandsIn(code)
      .filter((command) => /^(?:npx )?errand batch run /.test(command))
      .map((command) => ({ at, page, command })),
  )

  test('run a file as a batch', () => {
    expect(bulk.map(({ page }) => page)).toEqual(expect.arrayContaining(['README.md', 'docs/batches.md']))
  })

  test.each(bulk)('$at: $command', async ({ page, command }) => {
    const { port } = server.address() as AddressInfo
    // A template's page speaks of the files beside it, and the others of those of this repository.
    const cwd = page.startsWith('create-errand/') ? join(ROOT, dirname(page)) : ROOT
    const args = [join(ROOT, 'composition/cli/cli.js'), ...command.replace(/^(?:npx )?errand /, '').split(/\s+/)]
    const env = { PATH: process.env['PATH'], ERRAND_URL: `http://127.0.0.1:${String(port)}` }
    // 0 says that every item is completed.
    const { code, printed } = await runProgram(process.execPath, args, { cwd, env })
    expect(code, printed).toBe(0)
  })
})

describe('the reader of blocks finds', () => {
  test('language, reason, hidden lines and place', () => {
    const page = 'One.\n\n<!-- file: a.ts -->\n<!-- before: let a -->\n```ts skip: only a part\nb()\n```\n'
    expect(blocksIn('p.md', page)).toEqual([
      {
        at: 'p.md:5',
        page: 'p.md',
        language: 'ts',
        skipped: 'only a part',
        code: 'b()\n',
        file: 'a.ts',
        before: ['let a'],
      },
    ])
  })

  test('commands over several lines, without comments', () => {
    expect(commandsIn("# First.\na -d '{\n  }' \\\n  b   # why\n\nc 'x # y'; echo\n")).toEqual([
      "a -d '{\n  }' \\\n  b",
      "c 'x # y'; echo",
    ])
  })
})
