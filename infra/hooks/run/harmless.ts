/** A value as it may stand in a command that somebody copies; what a shell would read otherwise becomes `placeholder`. */
export const harmless = (value: string, placeholder: string): string =>
  /^[a-zA-Z0-9][a-zA-Z0-9.:/_-]{0,300}$/.test(value) ? value : placeholder
