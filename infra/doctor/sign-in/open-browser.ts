import { spawn } from 'node:child_process'

/** Program and leading arguments; none of them reads the address as anything but an address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  // `start` would go through cmd.exe, which acts on & and % in an address.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  darwin: ['open'],
}

/** Opens the person's own browser, if there is one; nothing depends on it, since the address is printed, too. */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): void {
  if (!/^https?:\/\//.test(url)) return
  const [program, ...args] = OPENERS[platform] ?? ['xdg-open']
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true, windowsHide: true })
  child.on('error', () => undefined)
  child.unref()
}
