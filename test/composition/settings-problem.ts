import { SettingsError } from '#composition/settings/settings-error.ts'

/** What is wrong with settings, as `work` refuses them. */
export function settingsProblem(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof SettingsError) return error.message
  }
  throw new Error('No SettingsError was thrown.')
}
