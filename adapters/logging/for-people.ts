import { withoutControls } from '#adapters/web/without-controls.ts'

interface LogLine extends Readonly<Record<string, unknown>> {
  readonly at: string
  readonly level: string
  readonly message: string
}

/**
 * A line of the log for a person at a terminal: `08:18:02 An attempt has ended. agent=slogan status=completed`, in the
 * time of this machine, with an error below it. Texts of more than one word are quoted as in JSON, so that what a model
 * wrote steers no terminal.
 */
export function forPeople(json: string): string {
  const { at, level, message, error, ...fields } = JSON.parse(json) as LogLine
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)
  const head = [timeOf(at), ...(level === 'info' ? [] : [level.toUpperCase()]), message, ...pairs].join(' ')
  return withoutControls(typeof error === 'string' ? `${head}\n${error.replaceAll(/^/gm, '  ')}` : head)
}

function timeOf(at: string): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

function shown(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)
}
