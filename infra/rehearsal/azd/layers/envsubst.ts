/**
 * Substitution of `${…}` as the Go library that azd uses does it: `${X}`, and `${X=default}` with its spellings `:=`, `-`
 * and `:-`, each of which takes the default when X is unset or empty; `$$` is a dollar.
 * @see https://github.com/drone/envsubst
 */
const PATTERN = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[=-])([^}]*)|([^\w}][^}]*))?\}/g

/** @throws Error for a form of substitution that this emulation was not taught */
export const envsubst = (text: string, lookup: (name: string) => string): string =>
  text.replace(PATTERN, (whole, name?: string, operator?: string, fallback?: string, other?: string) => {
    if (name === undefined) return '$'
    if (other !== undefined || fallback?.includes('${') === true)
      throw new Error(`the substitution ${whole} is not known to this emulation of azd`)
    const value = lookup(name)
    return operator !== undefined && value === '' ? (fallback ?? '') : value
  })
