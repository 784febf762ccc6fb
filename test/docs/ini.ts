/** A unit file of systemd: its sections, each with the values of a key in order. @throws on a line that is neither. */
export function parse(text: string): ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> {
  const sections = new Map<string, Map<string, string[]>>()
  let section: Map<string, string[]> | undefined
  for (const line of text.split('\n').filter((each) => !/^(?:[#;].*|\s*)$/.test(each))) {
    const [, name, key, value = ''] = /^(?:\[([A-Za-z]+)\]|([A-Z][A-Za-z]+)=(.*))$/.exec(line) ?? []
    if (name !== undefined) sections.set(name, (section = new Map<string, string[]>()))
    else if (key !== undefined && section) section.set(key, [...(section.get(key) ?? []), value])
    else throw new Error(`Neither a section nor a key of one: ${line}`)
  }
  return sections
}
