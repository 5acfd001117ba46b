type System = 'win32' | 'darwin' | 'linux'

/** How each tool is had, by system. */
const HOW: Readonly<Record<string, Readonly<Record<System, string>>>> = {
  azd: {
    win32: 'winget install Microsoft.Azd',
    darwin: 'brew install azure/azd/azd',
    linux: 'curl -fsSL https://aka.ms/install-azd.sh | bash',
  },
  az: {
    win32: 'winget install Microsoft.AzureCLI',
    darwin: 'brew install azure-cli',
    linux: 'curl -sL https://aka.ms/InstallAzureCLIDeb | sudo bash (Debian, Ubuntu; others: https://aka.ms/azcli)',
  },
  node: {
    win32: 'winget install OpenJS.NodeJS.LTS',
    darwin: 'brew install node',
    linux: 'https://nodejs.org/en/download',
  },
  git: {
    win32: 'winget install Git.Git',
    darwin: 'xcode-select --install',
    linux: "sudo apt-get install git (or your system's package manager)",
  },
}

/** The command, or the page, that gives a tool to this system. */
export const howToGet = (name: string, platform: NodeJS.Platform): string =>
  HOW[name]?.[platform === 'win32' || platform === 'darwin' ? platform : 'linux'] ?? name
