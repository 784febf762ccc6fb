import { CreateError, addToProject } from './create.js'
import { UNPUBLISHED, install, isUnpublished, packageManager } from './package-manager.js'

/**
 * Adds Errand to the project in `directory`, and overwrites nothing.
 * @param {{ directory: string, template: string, install: boolean, note: (text: string) => void }} options
 * @returns {Promise<number>} The exit code.
 */
export async function init(options) {
  try {
    return await add(options)
  } catch (error) {
    if (!(error instanceof CreateError)) throw error
    options.note(`errand: ${error.message}`)
    return 1
  }
}

/** @param {{ directory: string, template: string, install: boolean, note: (text: string) => void }} options */
async function add({ directory, template, install: isInstalling, note }) {
  const { written, kept, dependencies } = addToProject({ directory, template })
  note(written.length > 0 ? `Made ${written.join(', ')}.` : 'Every file is there already.')
  if (kept.length > 0) note(`Left as it is: ${kept.join(', ')}.`)
  const manager = packageManager(process.env['npm_config_user_agent'])
  const isNew = written.includes('package.json')
  const isComplete = !isNew && dependencies.length === 0
  if (!isInstalling || isComplete) {
    if (!isComplete) note(`Install what it needs: ${manager} install ${dependencies.join(' ')}`.trimEnd())
  } else if (!(await install(manager, directory, dependencies))) {
    const advice = isUnpublished(directory) ? UNPUBLISHED : 'The files are there: try it again.'
    note(`"${manager} install" failed. ${advice}`)
    return 1
  }
  note('Next: npx errand dev')
  return 0
}
