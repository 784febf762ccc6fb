import { watchPage } from './live.ts'
import { showTimes } from './times.ts'

showTimes()
setInterval(showTimes, 10_000)
watchPage()

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement
  const question = form.dataset['confirm']
  if (question !== undefined && !confirm(question)) event.preventDefault()
})
