import { existsSync } from 'node:fs'
import { type ICruiseResult, cruise, format } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'

// `depcruise`, except that it fails where it has seen nothing: with a TypeScript it does not support,
// dependency-cruiser itself is satisfied with 0 modules.

const LAYERS = ['domain', 'ports', 'application', 'adapters', 'composition', 'test']

const layers = [...LAYERS, 'bench', 'examples'].filter((layer) => existsSync(layer))
const { output } = await cruise(layers, await extractDepcruiseOptions('./.dependency-cruiser.cjs'))
const result = output as ICruiseResult
const report = await format(result, { outputType: 'err-long' })
const unseen = LAYERS.filter((layer) => !result.modules.some(({ source }) => source.startsWith(`${layer}/`)))

process.stdout.write(report.output as string)
if (unseen.length > 0) {
  process.stderr.write(
    `0 modules seen in ${unseen.join(', ')}, so nothing was checked. Is the folder here, and TypeScript 6?\n`,
  )
}
process.exitCode = report.exitCode > 0 || unseen.length > 0 ? 1 : 0
