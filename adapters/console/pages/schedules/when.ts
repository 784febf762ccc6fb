import type { ScheduleSummary } from '#adapters/client/types.ts'
import { duration } from '../../view/time.ts'

/** When a schedule fires, in words. */
export function whenText(when: ScheduleSummary['when']): string {
  if ('cron' in when) return `${when.cron} (${when.timeZone})`
  if ('everySeconds' in when) return `every ${duration(when.everySeconds * 1000)}`
  if ('at' in when) return `once, at ${when.at.slice(0, 16).replace('T', ' ')} UTC`
  return `once, ${duration(when.delaySeconds * 1000)} after it was set`
}

const NOTES = {
  after_gap: 'The clocks go forward over its time, so it fires right after.',
  first_pass: 'The clocks go back over its time: the first of two.',
  second_pass: 'The clocks go back over its time: the second of two.',
} as const

/** What a clock change does to a fire. */
export function noteText(note: keyof typeof NOTES | undefined): string {
  return note === undefined ? '' : NOTES[note]
}
