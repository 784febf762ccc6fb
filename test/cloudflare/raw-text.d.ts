/** Vite gives a file's text for this query. */
declare module '*?raw' {
  const text: string
  export default text
}
