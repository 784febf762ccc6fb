#!/usr/bin/env node
// JavaScript, and nothing that Node 20 does not have: a Node that cannot run TypeScript must be able to say so.
import module from 'node:module'

if (process.features.typescript) {
  // Compiling is half of a start. What is imported at the top of a module is compiled before the module can say so.
  module.enableCompileCache()
  const { main } = await import('./cli-main.ts')
  await main()
} else {
  process.stderr.write(
    `errand: Node ${process.version} at ${process.execPath} cannot run TypeScript. "npm ci" installs a newer one for this project, and "npx errand" takes it.\n`,
  )
  process.exitCode = 1
}
