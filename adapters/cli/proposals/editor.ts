import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CliError } from '../server-call.ts'

/**
 * The text as the person leaves it in the editor that they have set.
 * @param suffix of the file that the editor opens. @throws {CliError} where the editor fails.
 */
export async function editText(text: string, suffix: string, env: NodeJS.ProcessEnv): Promise<string> {
  const editor = env['VISUAL'] ?? env['EDITOR'] ?? 'vi'
  const folder = await mkdtemp(join(tmpdir(), 'errand-'))
  const file = join(folder, `proposal${suffix}`)
  try {
    await writeFile(file, text)
    // Through a shell, for the variable may hold options, as in "code --wait".
    const child = spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit', env })
    const [code] = (await once(child, 'close')) as [number | null]
    if (code !== 0) throw new CliError(`The editor "${editor}" ended with code ${String(code)}. Set EDITOR to another.`)
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, { recursive: true })
  }
}
