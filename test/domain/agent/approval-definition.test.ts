import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineTool } from '#domain/agent/tool.ts'

const MAIL = {
  name: 'mail',
  description: 'Sends a mail.',
  input: z.object({}),
  run: () => null,
  approval: true,
} as const

describe('what an author gets wrong about approval', () => {
  test.each([
    [{ approval: 'yes' as never }, 'approval must be true, or a function of the input'],
    [{ approval: false as never }, 'approval must be true, or a function of the input'],
    [{ approvalTimeoutMs: 0 }, 'approvalTimeoutMs must be more than 0'],
  ])('%j', (fields, problem) => {
    expect(() => defineTool({ ...MAIL, ...fields })).toThrow(`Tool "mail": ${problem}.`)
  })

  test('a time limit without approval', () => {
    const mail = { name: 'mail', description: '', input: MAIL.input, run: MAIL.run, approvalTimeoutMs: 1 }
    expect(() => defineTool(mail)).toThrow('Tool "mail": approvalTimeoutMs needs approval.')
  })
})
