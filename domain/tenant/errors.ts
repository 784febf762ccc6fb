import { AppError } from '../app-error.ts'

export class KeyNotFoundError extends AppError {
  readonly code = 'key_not_found'

  constructor(keyId: string) {
    super(`There is no API key "${keyId}".`)
  }
}
