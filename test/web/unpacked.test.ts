import { describe, test } from 'vitest'
import { UNPACKED_CASES } from './unpacked-cases.ts'

describe.each(UNPACKED_CASES)('on Node', ({ name, run }) => {
  test(name, run)
})
