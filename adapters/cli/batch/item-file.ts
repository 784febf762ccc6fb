import { type FileHandle, open } from 'node:fs/promises'
import type { UploadSource } from '../../client/upload-pieces.ts'
import { CliError } from '../server-call.ts'
import { type CsvItem, csvHeader, csvItems } from './csv-items.ts'
import { Utf8 } from './csv-rows.ts'

export interface ItemFile {
  readonly source: UploadSource<CsvItem>
  /** The part of the file that has been read, of 1. */
  readonly share: () => number
  readonly close: () => Promise<void>
}

/**
 * A file of items: NDJSON as it is, or CSV whose columns become the fields of the inputs.
 * @param key of CSV: the column that is the key of each item.
 * @throws {CliError} for a file that cannot be read, and for one of another kind.
 */
export async function openItems(path: string, key: string | undefined): Promise<ItemFile> {
  const isCsv = /\.(?:csv|tsv)$/i.test(path)
  if (!isCsv && !/\.(?:ndjson|jsonl)$/i.test(path)) {
    throw new CliError(`The items must be in a file that ends in .ndjson, .jsonl, .csv or .tsv, and not "${path}".`)
  }
  const file = await open(path).catch((cause: unknown) => {
    throw new CliError(`Cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}.`, { cause })
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile()) throw new CliError(`${path} is not a file.`)
    const header = isCsv ? csvHeader(await startOf(file), key) : null
    const stream = file.createReadStream({ start: 0, autoClose: false })
    return {
      source: header ? csvItems(stream, header) : stream,
      share: () => (stat.size === 0 ? 1 : stream.bytesRead / stat.size),
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Far more than the first row of any file that is meant. */
const START_BYTES = 65_536

async function startOf(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(START_BYTES), position: 0 })
  return new Utf8().read(buffer.subarray(0, bytesRead), false)
}
