import { spawn, spawnSync } from 'node:child_process'

const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun']
const QUIET = { npm: ['--no-fund', '--no-audit', '--loglevel=error'] }

/**
 * The one that started this process.
 * @param {string | undefined} userAgent As in `npm_config_user_agent`, such as "pnpm/10.1.0 npm/? node/v24.1.0".
 */
export function packageManager(userAgent) {
  const name = userAgent?.split('/')[0] ?? ''
  return MANAGERS.includes(name) ? name : 'npm'
}

/**
 * @param {string} manager
 * @param {string} directory
 * @param {readonly string[]} packages To be added; none installs what package.json lists.
 * @returns {Promise<boolean>} Whether it worked. What went wrong, the package manager has printed.
 */
export async function install(manager, directory, packages = []) {
  const action = packages.length > 0 ? adding(manager) : 'install'
  const args = [action, ...packages, ...(manager === 'npm' ? QUIET.npm : [])]
  process.stdout.write(`Running ${manager} ${[action, ...packages].join(' ')} …\n`)
  // On Windows a package manager is a script, which only a shell can start.
  const child = spawn(manager, args, { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' })
  return new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * The word of a manager for the installation of a package that is named.
 * @param {string} manager
 */
export function adding(manager) {
  return manager === 'npm' ? 'install' : 'add'
}

/**
 * Whether the registry has no package "errand": then another try fails, too. npm comes with Node, and reads the same
 * settings of the registry as the others.
 * @param {string} directory
 */
export function isUnpublished(directory) {
  const { stderr } = spawnSync('npm', ['view', 'errand', 'version', '--loglevel=error'], {
    cwd: directory,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  return stderr?.includes('E404') ?? false
}

export const UNPUBLISHED = `The package "errand" is not in the registry. Install a tarball of it, which "npm pack" makes in a clone of its repository.`
