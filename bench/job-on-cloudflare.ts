/**
 * What one job of 3 model and 2 tool calls uses on Cloudflare, from its submission to its deletion. `test/cloudflare/cost.test.ts`
 * counts what can be counted inside of the objects, and fails when it changes.
 */
export const USED = {
  /** `POST /jobs` and one `GET /jobs/{id}?wait`. */
  workerRequests: 2,
  /** Of the job's object: the submission, the wait, the alarm that works and the one that deletes. */
  jobObjectRequests: 4,
  /** Of the object that watches: it is told of the job, of its rest, and of its end; each is a row. */
  watchObjectRequests: 3,
  /** Of the job's object: tables, record, journal, alarms. */
  objectRowsWritten: 33,
  objectRowsRead: 83,
  d1RowsWritten: 7,
  d1RowsRead: 1,
} as const
