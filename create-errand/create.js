import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What the person at the terminal should read, and nothing else. */
export class CreateError extends Error {}

export const TEMPLATES = {
  blank: { description: 'one agent with one tool (the default)' },
  shop: { description: 'an agent that writes product descriptions' },
}

const HERE = dirname(fileURLToPath(import.meta.url))
/** A repository without files, and what a file manager leaves behind. */
const NOT_COUNTED = new Set(['.git', '.DS_Store'])

/**
 * Writes a project into a new or empty folder.
 * @param {{ folder: string, template: string, errand?: string | undefined }} options
 *   `errand` is a version, a range or a tarball; the default is the release that the templates are for.
 * @returns {{ directory: string, files: readonly string[] }}
 * @throws {CreateError} before anything is written.
 */
export function createProject({ folder, template, errand }) {
  const directory = resolve(folder)
  const files = filesOf(template, { name: projectName(directory), errand })
  refuseNonEmpty(directory, folder)
  write(directory, files)
  return { directory, files: [...files.keys()] }
}

/**
 * Adds the files of a template to a project that is there already. What exists is left as it is.
 * @param {{ directory: string, template: string, errand?: string | undefined }} options
 * @returns {{ written: readonly string[], kept: readonly string[], dependencies: readonly string[] }}
 *   `dependencies` are what the project's own package.json lacks, as arguments of `npm install`.
 * @throws {CreateError} before anything is written.
 */
export function addToProject({ directory, template, errand }) {
  const files = filesOf(template, { name: projectName(directory), errand })
  const kept = [...files.keys()].filter((file) => existsSync(join(directory, file)))
  const missing = new Map([...files].filter(([file]) => !kept.includes(file)))
  const dependencies = missingDependencies(directory, files)
  write(directory, missing)
  return { written: [...missing.keys()], kept, dependencies }
}

/**
 * @param {string} template
 * @param {{ name: string, errand?: string | undefined }} values
 * @returns {Map<string, string>} Each file's path from the project's folder, with its text.
 */
function filesOf(template, { name, errand }) {
  if (!Object.hasOwn(TEMPLATES, template)) {
    throw new CreateError(
      `There is no template "${template}". The templates are ${Object.keys(TEMPLATES).join(' and ')}.`,
    )
  }
  const texts = new Map([...textsIn(join(HERE, 'templates/common')), ...textsIn(join(HERE, 'templates', template))])
  const manifest = texts.get('package.json') ?? ''
  if (errand !== undefined) texts.set('package.json', manifest.replace(/"errand": "[^"]*"/, `"errand": "${errand}"`))
  const files = [...texts].toSorted(([one], [other]) => (one < other ? -1 : 1))
  return new Map(files.map(([file, text]) => [file, text.replaceAll('{{name}}', name)]))
}

/**
 * npm packs no `.gitignore`, and reads a `package.json` wherever it lies: so templates have them under other names.
 * @param {string} folder
 * @returns {Map<string, string>}
 */
function textsIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )
  return new Map(
    names.map((name) => {
      const path = name.replaceAll('\\', '/')
      const shown = path.replace(/(^|\/)dot-/, '$1.').replace(/\.template$/, '')
      return [shown, readFileSync(join(folder, name), 'utf8')]
    }),
  )
}

/**
 * A name that npm and Cloudflare both accept.
 * @param {string} directory
 */
function projectName(directory) {
  const name = basename(directory)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/g, '')
  return name || 'my-agents'
}

/**
 * @param {string} directory
 * @param {string} folder As the user wrote it.
 */
function refuseNonEmpty(directory, folder) {
  if (!existsSync(directory)) return
  if (!statSync(directory).isDirectory()) throw new CreateError(`"${folder}" is a file. Choose another name.`)
  const found = readdirSync(directory).filter((name) => !NOT_COUNTED.has(name))
  if (found.length === 0) return
  const some = found.slice(0, 3).join(', ') + (found.length > 3 ? ', …' : '')
  throw new CreateError(
    `The folder "${folder}" is not empty (${some}), and nothing was changed. Choose another name, or run "npx errand init" in it to add Errand to a project.`,
  )
}

/**
 * @param {string} directory
 * @param {ReadonlyMap<string, string>} files
 */
function write(directory, files) {
  try {
    for (const [file, text] of files) {
      const path = join(directory, file)
      mkdirSync(dirname(path), { recursive: true })
      // "wx": a file that came in between is not overwritten either.
      writeFileSync(path, text, { flag: 'wx' })
    }
  } catch (error) {
    throw new CreateError(`Cannot write into "${directory}": ${/** @type {Error} */ (error).message}.`)
  }
}

/**
 * @param {string} directory
 * @param {ReadonlyMap<string, string>} files
 * @returns {readonly string[]}
 */
function missingDependencies(directory, files) {
  const path = join(directory, 'package.json')
  if (!existsSync(path)) return []
  const wanted = JSON.parse(files.get('package.json') ?? '{}').dependencies
  const { dependencies = {}, devDependencies = {} } = readManifest(path)
  return Object.entries(wanted)
    .filter(([name]) => !(name in dependencies) && !(name in devDependencies))
    .map(([name, version]) => `${name}@${String(version)}`)
}

/** @param {string} path */
function readManifest(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new CreateError(`${path} cannot be read: ${/** @type {Error} */ (error).message}.`)
  }
}
