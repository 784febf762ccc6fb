/** A CSV file imported as its text, which the bundler sees to (`[[rules]]` in wrangler.toml). */
declare module '*.csv' {
  const text: string
  export default text
}
