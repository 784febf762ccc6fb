#!/usr/bin/env node
// Nothing that an old Node cannot parse: it must be able to say what is missing.
import { problemWithNode } from './node-version.js'

const problem = problemWithNode(process.versions.node)
if (problem === null) {
  const { main } = await import('./main.js')
  process.exitCode = await main(process.argv.slice(2))
} else {
  process.stderr.write(`create-errand: ${problem}\n`)
  process.exitCode = 1
}
