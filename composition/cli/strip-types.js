// For a Node that strips types only with a flag: it strips those of an author's files here.
import { readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'

// It says of itself that it is experimental, once in each process. An author can do nothing about it.
process.emitWarning = () => undefined

/** @type {import('node:module').LoadHook} */
export async function load(url, context, next) {
  if (!/^file:.*\.m?ts$/.test(url.replace(/[?#].*$/, ''))) return next(url, context)
  const source = stripTypeScriptTypes(await readFile(new URL(url), 'utf8'), { sourceUrl: url })
  return { format: 'module', source, shortCircuit: true }
}
