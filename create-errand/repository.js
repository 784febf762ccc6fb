import { spawnSync } from 'node:child_process'

/**
 * A git repository for the project, unless it lies in one already or there is no git.
 * @param {string} directory
 */
export function initRepository(directory) {
  const quiet = { cwd: directory, stdio: /** @type {const} */ ('ignore') }
  if (spawnSync('git', ['rev-parse', '--is-inside-work-tree'], quiet).status === 0) return
  spawnSync('git', ['init', '--quiet'], quiet)
}
