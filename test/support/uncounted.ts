/** For runs whose usage is in no sum. */
export const UNCOUNTED = { begin: () => () => undefined }
