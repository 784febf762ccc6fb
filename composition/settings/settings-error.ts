/** Something in the environment is not as it must be. `message` lists all of it, without the value of any secret. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}
