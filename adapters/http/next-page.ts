/** The same question with the token of the next page (RFC 8288). @param asked the URL of the request. */
export function nextPage(asked: string, token: string): string {
  const url = new URL(asked)
  url.searchParams.set('page_token', token)
  return `${url.pathname}${url.search}`
}
