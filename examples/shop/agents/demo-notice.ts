/** Begins every text of the demo model, so that none is taken for real copy. */
export const NOTICE = '[offline demo model, no API key is set]'
