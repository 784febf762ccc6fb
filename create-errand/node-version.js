/** What `node:sqlite` and the model providers need. */
const OLDEST = [22, 13]

/**
 * @param {string} version As in `process.versions.node`.
 * @returns {string | null} One sentence, or `null` if this Node is new enough.
 */
export function problemWithNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null
  return `Errand needs Node ${OLDEST.join('.')} or newer, and this is Node ${version}: install a newer one from https://nodejs.org.`
}
