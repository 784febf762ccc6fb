import { expect, test } from 'vitest'
import { problemWithArguments } from '#domain/agent/tool-arguments.ts'

test.each([
  [{ n: 1 }, null],
  ['{"n":', 'not valid JSON'],
  ['[1]', 'not a JSON object'],
  ['{"n":1e400}', 'n: 1e400 is more than a double can hold'],
  [`${'{"n":'.repeat(101)}1${'}'.repeat(101)}`, 'nested more than 100 levels deep'],
  [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested more than 100 levels deep'],
])('arguments %j', (input, problem) => {
  if (problem === null) expect(problemWithArguments(input)).toBeNull()
  else expect(problemWithArguments(input)).toContain(problem)
})
