import { WebHasher } from '#adapters/web/hasher.ts'
import { build } from 'esbuild'

export const ASSETS_FILE = 'adapters/console/assets.ts'

const TARGET = ['es2022', 'chrome111', 'firefox114', 'safari16.4']

/** The text of the generated module. The same sources give the same bytes, so a test compares it with the file. */
export async function assetsModule(): Promise<string> {
  const style = await bundled('adapters/console/browser/console.css')
  const script = await bundled('adapters/console/browser/main.ts')
  return [
    '// Made by `npm run console` of adapters/console/browser. A test fails when it is out of date.',
    `export const STYLE = { name: '${await nameOf(style, 'css')}', text: ${JSON.stringify(style)} }`,
    `export const SCRIPT = { name: '${await nameOf(script, 'js')}', text: ${JSON.stringify(script)} }`,
    '',
  ].join('\n')
}

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: TARGET,
    legalComments: 'none',
    write: false,
  })
  return outputFiles[0]?.text.trim() ?? ''
}

async function nameOf(text: string, ending: string): Promise<string> {
  return `console-${(await new WebHasher().sha256(text)).slice(0, 12)}.${ending}`
}
