type Version = readonly [number, number, number]

const parseVersion = (text: string): Version | undefined => {
  const match = /^v?(\d+)\.(\d+)\.(\d+)$/.exec(text)
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])]
}

const compare = (left: Version, right: Version): number =>
  left[0] - right[0] || left[1] - right[1] || left[2] - right[2]

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  '>=': (order) => order >= 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '<': (order) => order < 0,
  '=': (order) => order === 0,
  '==': (order) => order === 0,
  '!': (order) => order !== 0,
  '!=': (order) => order !== 0,
}

/**
 * Whether a version lies in a range of the library that azd uses: conditions side by side all hold, `||` is or.
 * @see https://pkg.go.dev/github.com/blang/semver/v4#ParseRange
 * @throws Error for what is no range
 */
export const inRange = (version: string, range: string): boolean => {
  const own = parseVersion(version)
  if (own === undefined) throw new Error(`'${version}' is not a version`)
  const alternatives = range.split('||').map((part) =>
    [
      ...part
        .replace(/([<>=!])\s+/g, '$1')
        .trim()
        .matchAll(/\S+/g),
    ].map(([condition]) => {
      const [, operator = '', wanted = ''] = /^([<>=!]*)([^<>=!].*)$/.exec(condition) ?? []
      const bound = parseVersion(wanted)
      const holds = HOLDS[operator === '' ? '=' : operator]
      if (bound === undefined || holds === undefined) throw new Error(`Could not parse Range '${range}'`)
      return holds(compare(own, bound))
    }),
  )
  if (alternatives.some((conditions) => conditions.length === 0)) throw new Error(`Could not parse Range '${range}'`)
  return alternatives.some((conditions) => conditions.every(Boolean))
}
