import { watchInbox } from './inbox-count.ts'
import { watchPage } from './live.ts'
import { Submits } from './submits.ts'
import { showTimes } from './times.ts'

showTimes()
setInterval(showTimes, 10_000)
watchPage()
watchInbox(15_000)

const submits = new Submits((question) => confirm(question))

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement
  const question = form.dataset['confirm']
  // A field of the form may be named "method", too.
  const method = form.getAttribute('method') ?? 'get'
  if (!submits.take({ form, method, question })) {
    event.preventDefault()
    return
  }
  // Disabled after its fields are read: a button that is disabled before is not among them.
  if (method === 'post') setTimeout(setDisabled, 0, form, true)
})

addEventListener('pageshow', ({ persisted }) => {
  if (!persisted) return
  submits.forget()
  for (const form of document.forms) setDisabled(form, false)
})

function setDisabled(form: HTMLFormElement, isDisabled: boolean): void {
  for (const button of form.querySelectorAll('button')) button.disabled = isDisabled
}
