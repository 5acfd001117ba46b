import { spawn } from 'node:child_process'

/**
 * Ends a program with all that it started: `az` is a shell script, and ending that leaves its Python at work, which holds
 * our pipes open. On POSIX the program must lead a process group of its own.
 */
export const endTree = (pid: number, platform: NodeJS.Platform, systemRoot = 'C:\\Windows'): void => {
  if (platform === 'win32') {
    const taskkill = `${systemRoot}\\System32\\taskkill.exe`
    const child = spawn(taskkill, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    child.on('error', () => undefined).unref()
    return
  }
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}
