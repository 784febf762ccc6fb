/**
 * What one job of 3 model and 2 tool calls uses on Cloudflare, from its submission to its deletion. `test/cloudflare/cost.test.ts`
 * counts what can be counted inside of the objects, and fails when it changes.
 */
export const USED = {
  /** `POST /jobs` and one `GET /jobs/{id}?wait`. */
  workerRequests: 2,
  /** Of the job's object: the submission, the wait, the alarm that works and the one that deletes. */
  jobObjectRequests: 4,
  /** Of the job's object: a row for each commit and each alarm, and those that say what its table is. */
  objectRowsWritten: 13,
  objectRowsRead: 12,
  d1RowsWritten: 9,
  d1RowsRead: 1,
} as const
