const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Lists of permissions have no order of their own: the template takes Graph's, the script that of the description. */
const sorted = (list: readonly unknown[], path: string): readonly unknown[] =>
  path.endsWith('.resourceAccess') ? [...list].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) : list

/** Every member in which two bodies differ, by its path; what only one of them has is a difference, too. */
export const differences = (one: unknown, other: unknown, path = ''): string[] => {
  if (isObject(one) && isObject(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
      name in one && name in other
        ? differences(one[name], other[name], `${path}.${name}`)
        : [`${path}.${name}: only one side has it`],
    )
  if (Array.isArray(one) && Array.isArray(other)) {
    const [left, right] = [sorted(one, path), sorted(other, path)]
    if (left.length !== right.length) return [`${path}: ${left.length} and ${right.length} entries`]
    return left.flatMap((value, index) => differences(value, right[index], `${path}[${index}]`))
  }
  return one === other ? [] : [`${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`]
}

/** Every leaf of a value, as a copy of the whole with that leaf changed. */
export const oneLeafChanged = (value: unknown): { readonly path: string; readonly changed: unknown }[] => {
  if (isObject(value))
    return Object.entries(value).flatMap(([name, member]) =>
      oneLeafChanged(member).map(({ path, changed }) => ({
        path: `.${name}${path}`,
        changed: { ...value, [name]: changed },
      })),
    )
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((member, index) =>
      oneLeafChanged(member).map(({ path, changed }) => ({
        path: `[${index}]${path}`,
        changed: value.map((other: unknown, at) => (at === index ? changed : other)),
      })),
    )
  return [{ path: '', changed: typeof value === 'boolean' ? !value : 'something else' }]
}
