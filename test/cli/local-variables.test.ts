import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { localVariables } from '#composition/cli/local-variables.ts'

test('.env and then .env.local have the variables of a local Worker, until there is a .dev.vars', () => {
  const folder = mkdtempSync(join(tmpdir(), 'errand-'))
  onTestFinished(() => {
    rmSync(folder, { recursive: true })
  })
  expect(localVariables(folder)).toEqual({ file: '.env', env: {} })
  writeFileSync(join(folder, '.env'), 'A=1\nB=1\n')
  writeFileSync(join(folder, '.env.local'), 'B=2\n')
  expect(localVariables(folder)).toEqual({ file: '.env', env: { A: '1', B: '2' } })
  writeFileSync(join(folder, '.dev.vars'), 'C=3\n')
  expect(localVariables(folder)).toEqual({ file: '.dev.vars', env: { C: '3' } })
})
