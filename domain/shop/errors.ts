import { AppError } from '../app-error.ts'

export class ProductNotFoundError extends AppError {
  readonly code = 'product_not_found'

  constructor(handle: string) {
    super(`There is no product "${handle}". List them with GET /products or "errand products".`)
  }
}
