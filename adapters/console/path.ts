/** Where the console is, below the path that the app is mounted at. */
export const CONSOLE = '/console'

export function isConsole(url: string): boolean {
  // Most addresses are of the API, and reading one costs as much as finding its route.
  if (!url.includes(CONSOLE)) return false
  const { pathname } = new URL(url)
  return pathname === CONSOLE || pathname.startsWith(`${CONSOLE}/`)
}
