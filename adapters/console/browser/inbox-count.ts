const KEPT = 'errand.inbox'

/** How much waits in the inbox, beside its name in the menu. */
export function watchInbox(everyMs: number): void {
  const element = document.querySelector<HTMLElement>('[data-count]')
  const url = element?.dataset['count']
  if (!element || url === undefined) return
  // What the page before knew, so that the menu does not move when the answer comes.
  element.textContent = sessionStorage.getItem(KEPT) ?? ''
  const read = async (): Promise<void> => {
    if (document.hidden) return
    const response = await fetch(url)
    // A session that has ended leads to the sign-in form.
    if (response.redirected || !response.ok) return
    element.textContent = await response.text()
    sessionStorage.setItem(KEPT, element.textContent)
  }
  const soon = (): void => {
    void read().catch(() => undefined)
  }
  soon()
  setInterval(soon, everyMs)
  document.addEventListener('visibilitychange', soon)
}
