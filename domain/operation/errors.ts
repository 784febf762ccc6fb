import { AppError } from '../app-error.ts'

export class OperationNotFoundError extends AppError {
  readonly code = 'operation_not_found'

  constructor(operationId: string) {
    super(`There is no operation "${operationId}".`)
  }
}
