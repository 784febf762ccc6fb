import { relative } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { CreateError, TEMPLATES, createProject } from './create.js'
import { initRepository } from './repository.js'
import { UNPUBLISHED, adding, install, isUnpublished, packageManager } from './package-manager.js'

const USAGE = `Makes a project of durable LLM agents.

  npm create errand@latest <folder> -- [options]

  --template <name>   ${Object.entries(TEMPLATES)
    .map(([name, { description }]) => `${name}: ${description}`)
    .join('\n                      ')}
  --yes               ask nothing
  --no-install        do not install the dependencies
  --no-git            do not make a git repository
  --errand <version>  version of the package "errand", or a tarball of it
`

const OPTIONS = /** @type {const} */ ({
  template: { type: 'string', default: 'blank' },
  yes: { type: 'boolean', short: 'y', default: false },
  install: { type: 'boolean', default: true },
  git: { type: 'boolean', default: true },
  errand: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
})

const DEFAULT_FOLDER = 'my-agents'

/**
 * @param {readonly string[]} args
 * @returns {Promise<number>} The exit code.
 */
export async function main(args) {
  try {
    const { values, positionals } = readArgs(args)
    if (values.help) {
      process.stdout.write(USAGE)
      return 0
    }
    if (positionals.length > 1) throw new CreateError(`One folder, please: there are ${positionals.join(', ')}.`)
    return await run(positionals[0] ?? (await askFolder(values.yes)), values)
  } catch (error) {
    if (!(error instanceof CreateError)) throw error
    process.stderr.write(`create-errand: ${error.message}\n`)
    return 1
  }
}

/** @param {readonly string[]} args */
function readArgs(args) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, allowNegative: true })
  } catch (error) {
    throw new CreateError(`${/** @type {Error} */ (error).message}\n\n${USAGE}`)
  }
}

/** @param {boolean} yes */
async function askFolder(yes) {
  if (yes || !process.stdin.isTTY) return DEFAULT_FOLDER
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await terminal.question(`Folder (${DEFAULT_FOLDER}): `)
  terminal.close()
  return answer.trim() || DEFAULT_FOLDER
}

/**
 * @param {string} folder
 * @param {{ template: string, install: boolean, git: boolean, errand?: string | undefined }} options
 */
async function run(folder, options) {
  const { template, errand } = options
  const { directory, files } = createProject({ folder, template, errand })
  const place = relative(process.cwd(), directory)
  process.stdout.write(
    `Made ${String(files.length)} files in ${place || 'this folder'}, from the template "${template}".\n`,
  )
  if (options.git) initRepository(directory)
  const manager = packageManager(process.env['npm_config_user_agent'])
  const installed = options.install && (await install(manager, directory))
  const hasFailed = options.install && !installed
  const isMissing = hasFailed && errand === undefined && isUnpublished(directory)
  if (hasFailed) {
    const advice = isMissing
      ? `${UNPUBLISHED} Or begin again in a new folder, with --errand <tarball>.`
      : 'The files are there: try it again in the folder.'
    process.stderr.write(`create-errand: "${manager} install" failed. ${advice}\n`)
  }
  const toInstall = isMissing ? `${manager} ${adding(manager)} <tarball>` : `${manager} install`
  const steps = [...(place ? [`cd ${place}`] : []), ...(installed ? [] : [toInstall]), `${manager} run dev`]
  process.stdout.write(`\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`)
  return hasFailed ? 1 : 0
}
