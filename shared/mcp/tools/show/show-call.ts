/** A call of `show_answer` as its schema has it: the arguments of the other tool are a text. */
export function showCall(tool: string, args: object, more: object = {}): string {
  return JSON.stringify({ tool, arguments: JSON.stringify(args), ...more })
}
