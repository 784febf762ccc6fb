import { showTimes } from './times.ts'

showTimes(document)
