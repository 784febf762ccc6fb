/** Codes that are not about the request: the service is busy, stopping, or cannot do it. */
export const OF_SERVICE = {
  server_busy: {
    cause: 'This server has as many synchronous runs or streams open as it may have.',
    remedy: 'Wait for `Retry-After`. `POST /jobs` takes work at any time.',
  },
  internal_error: {
    cause: 'Something went wrong that Errand did not foresee, or a setting is missing.',
    remedy: 'The log of the service says more, at the time of the failure. `errand check` looks at the settings.',
  },
  storage_unavailable: {
    cause: 'The database cannot be reached, or its disk is full. Whether the last write was made is not known.',
    remedy:
      'Send the same request again with the same `Idempotency-Key`: nothing is done twice. `GET /readyz` says when it is back.',
  },
  newer_format: {
    cause: 'A newer release of Errand has written this, and this server does not know its format.',
    remedy: 'Finish the deploy of the newer release. The older server leaves what it cannot read as it is.',
  },
  clock_skew: {
    cause: 'The clock of this server differs from that of the database by more than the lease of a job allows.',
    remedy: 'Let the machine take its time from the network, and see `GET /readyz`.',
  },
  stopping: {
    cause: 'The server was asked to stop, and takes no new work.',
    remedy: 'Ask another server, or this one after its restart. Jobs go on by themselves.',
  },
} as const
