/** Where the console is, below the path that the app is mounted at. */
export const CONSOLE = '/console'

export function isConsole(url: string): boolean {
  const { pathname } = new URL(url)
  return pathname === CONSOLE || pathname.startsWith(`${CONSOLE}/`)
}
