const PLACEHOLDER = /<[^<>]+>/g
/** Within these each shell takes a single quote for what it is. */
const QUOTED = /"[^"]*"/g

/** What one shell understands and another does not, each with its name for a person. */
const TRICKS: readonly (readonly [RegExp, string])[] = [
  [/\$\(|`/, 'the output of another command'],
  [/&&|\|\||;/, 'several commands in a line'],
  [/\|/, 'a pipe'],
  [/[<>]/, 'a redirection'],
  [/(?:\\|\^)$/, 'a line that goes on in the next one'],
  [/\$\w|\$\{|%\w+%/, 'a variable of the shell'],
  [/(?:^|\s)#/, 'a comment, which cmd does not take for one'],
  [/^(?:export |set |source |\w+=)/, 'a variable that is set'],
  [/^\.?\/|\.sh(?:\s|$)/, 'a script of one shell'],
]

/** What keeps a command from being typed alike in bash, PowerShell and cmd; undefined: nothing. */
export const shellTrick = (line: string): string | undefined => {
  const text = line.replaceAll(PLACEHOLDER, 'x').trimEnd()
  if (text.replaceAll(QUOTED, '').includes("'")) return 'a single quote, which cmd does not take for one'
  return TRICKS.find(([pattern]) => pattern.test(text))?.[1]
}
