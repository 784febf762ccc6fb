// Uploads a file to a batch and closes it: a process of its own, so that it can be killed. Its arguments are the address of the server, the batch and
// the file. Printed: the lines that the batch has.

import { createReadStream } from 'node:fs'
import { ErrandClient } from '#adapters/client/errand-client.ts'

const [baseUrl = '', id = '', file = ''] = process.argv.slice(2)
const client = new ErrandClient({ baseUrl, patienceMs: 60_000 })
await client.batches.upload(id, createReadStream(file), {
  onProgress: ({ next }) => {
    process.stdout.write(`${String(next)}\n`)
  },
})
await client.batches.close(id)
