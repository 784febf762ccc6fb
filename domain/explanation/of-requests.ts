/** Codes of requests that are wrong, not allowed, or too many. */
export const OF_REQUESTS = {
  invalid_request: {
    cause:
      'The request has a field, a query parameter or a header that the route does not take, or a value out of range.',
    remedy: 'Each entry of `problems` names one place. `GET /openapi.json` has the schema of every route.',
  },
  malformed_json: {
    cause:
      'The body is not JSON: a comma or a quote is missing, say, or it was cut off. Or it has a number that would be rounded.',
    remedy: 'Send JSON in UTF-8. Numbers that do not fit a double, such as long ids, go in quotes.',
  },
  payload_too_large: {
    cause:
      'The body, or one line of it, is larger than the route takes. Or it would be when it is stored: there, 1e20 has 21 digits.',
    remedy: 'Send less: give a reference in place of a document, or upload many inputs as the items of a batch.',
  },
  unsupported_media_type: {
    cause: 'The header `Content-Type` says that the body is something else than the route reads.',
    remedy: 'Send `Content-Type: application/json`, or `application/x-ndjson` where the route takes lines.',
  },
  not_found: {
    cause: 'No route has this path.',
    remedy: '`GET /` lists the routes. Below a base path, every path begins with it.',
  },
  method_not_allowed: {
    cause: 'The path exists, but not with this method.',
    remedy: 'The header `Allow` of the answer lists the methods that it has.',
  },
  unauthorized: {
    cause: 'The request has no API key, or one that is unknown, revoked or expired.',
    remedy:
      'Send `Authorization: Bearer <key>`. `errand keys create` makes a key, `errand keys list` shows those there are.',
  },
  forbidden: {
    cause:
      'The key lacks the scope that the route needs. Without any keys: the request may come from a page of another origin.',
    remedy: 'Use a key with the scope that the answer names, or list the origin of your page in `ERRAND_CORS_ORIGINS`.',
  },
  misdirected_request: {
    cause:
      'There are no API keys yet, so only programs on this machine are answered, and this request came from elsewhere.',
    remedy: 'Make a key with `errand keys create`, and send it with each request.',
  },
  rate_limited: {
    cause: 'The tenant has sent more requests within a minute than it may.',
    remedy:
      'Wait for `Retry-After`. `ERRAND_REQUESTS_PER_MINUTE` and `ERRAND_TENANTS` set the rate. A batch takes many inputs in one request.',
  },
  too_many_at_once: {
    cause: 'The tenant has as many synchronous runs or open event streams as it may have at once.',
    remedy:
      'Wait for `Retry-After`, or close streams that are not read. `ERRAND_MAX_CONCURRENT_RUNS` and `ERRAND_MAX_EVENT_READERS` set the limits.',
  },
  queue_full: {
    cause: 'The tenant has as many unfinished jobs as it may have.',
    remedy: 'Submit again after `Retry-After`. `ERRAND_MAX_UNFINISHED_JOBS` sets the limit.',
  },
  idempotency_key_reused: {
    cause: 'An earlier request with another body had the same `Idempotency-Key`.',
    remedy: 'Use a new key for each new piece of work, and the same key only to repeat the very same request.',
  },
  headers_too_large: {
    cause: 'The request line and the headers together are larger than the server reads.',
    remedy: 'Shorten the URL and the headers. Large values belong in the body.',
  },
  request_timeout: {
    cause: 'The server has waited too long for the rest of the request.',
    remedy: 'Send the whole request at once, and look for a slow connection or a proxy that holds it back.',
  },
} as const
