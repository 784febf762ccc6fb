#!/usr/bin/env node
// JavaScript, and nothing that an old Node cannot parse: it must be able to say so.
import module from 'node:module'
import { problemWithNode } from '#create-errand/node-version.js'

// Node 22 says of parts of itself that they are experimental, and of a part that wrangler uses that it is deprecated.
// The author can do nothing about it.
const emitWarning = process.emitWarning
process.emitWarning = (/** @type {string | Error} */ warning, /** @type {unknown[]} */ ...about) => {
  if (!/^(?:SQLite|Type Stripping) is an experimental feature|^The `punycode` module/.test(String(warning)))
    Reflect.apply(emitWarning, process, [warning, ...about])
}

const problem = problemWithNode(process.versions.node)
if (problem === null) {
  const isNode = !('Bun' in globalThis) && !('Deno' in globalThis)
  // Before 22.18, Node strips types only with a flag. A process of its own with that flag would outlive a killed one.
  if (isNode && !process.features.typescript) module.register('./strip-types.js', import.meta.url)
  // Compiling is half of a start. What is imported at the top of a module is compiled before the module can say so.
  if (isNode) module.enableCompileCache()
  const { main } = await import('./cli-main.ts')
  await main()
} else {
  process.stderr.write(`errand: ${problem}\n`)
  process.exitCode = 1
}
